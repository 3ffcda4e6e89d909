import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { ConnectionMasker, statementMasker, summarise } from './statements.js';

describe('statementMasker', () => {
  it('masks literals by the rules of the dialect', () => {
    const redact = createRedactor(true);
    expect(statementMasker(redact, 'postgresql').get(`SELECT "a" FROM t WHERE b = 'c'`)).toBe(
      'SELECT "a" FROM t WHERE b = ?',
    );
    expect(statementMasker(redact, 'mysql').get('SELECT "a" FROM t WHERE b = 1')).toBe('SELECT ? FROM t WHERE b = ?');
  });

  it('is one for all connections with the same redactor', () => {
    const redact = { ...createRedactor(true) };
    expect(statementMasker(redact, 'mysql')).toBe(statementMasker(redact, 'mysql'));
    expect(statementMasker(redact, 'mysql')).not.toBe(statementMasker({ ...redact }, 'mysql'));
    expect(statementMasker(redact, 'mysql')).not.toBe(statementMasker(redact, 'postgresql'));
  });

  it('leaves statements as they are where nothing is masked', () => {
    expect(statementMasker(createRedactor(false), 'mysql').get('SELECT 1')).toBe('SELECT 1');
  });
});

describe('ConnectionMasker', () => {
  it('masks by what the connection says of its strings, and to be sure while it says nothing', () => {
    const masker = new ConnectionMasker(createRedactor(true), 'mysql');
    const text = "SELECT 'C:\\'\\'b'";
    expect(masker.mask(text, undefined)).toBe('SELECT ?');
    expect(masker.mask(text, false)).toBe('SELECT ?\\?');
    expect(masker.mask(text, true)).toBe('SELECT ?');
    expect(masker.mask(text, undefined)).toBe('SELECT ?');
  });
});

describe('summarise', () => {
  it('tells operation and target', () => {
    expect(summarise('select * from orders where id = ?')).toEqual({ summary: 'SELECT orders', operation: 'SELECT' });
  });

  it('tells nothing of text that is no SQL', () => {
    expect(summarise('selec ?')).toEqual({ summary: null, operation: null });
  });
});
