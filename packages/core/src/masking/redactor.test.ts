import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.js';

describe('the redactor', () => {
  const redactor = createRedactor(true);

  it.each([
    'Authorization',
    'proxy-authorization',
    'Cookie',
    'Set-Cookie',
    'X-API-Key',
    'x-amz-security-token',
    'X-Auth-Token',
    'x-client-secret',
    'X-CSRF-Token',
    'x-forwarded-client-cert',
    'x-goog-iam-authorization-token',
    'Stripe-Signature',
  ])('hides the header %s', (name) => {
    expect(redactor.header(name, 'sEcReT')).toBe('?');
  });

  it.each([
    'Host',
    'content-type',
    'WWW-Authenticate',
    'sec-websocket-key',
    'x-request-id',
    ':authority',
    'traceparent',
  ])('shows the header %s', (name) => {
    expect(redactor.header(name, 'value')).toBe('value');
  });

  it('looks into headers that hold a URL', () => {
    expect(redactor.header('Referer', 'https://h/?token=x')).toBe('https://h/?token=?');
    expect(redactor.header('Location', '/cb?code=x')).toBe('/cb?code=?');
  });

  it('hides payload altogether', () => {
    expect(redactor.value('anything')).toBe('?');
    expect(redactor.value('')).toBe('?');
  });

  it('masks SQL and URLs', () => {
    expect(redactor.sql("SELECT 'x'")).toBe('SELECT ?');
    expect(redactor.sql('SELECT "x"', 'postgresql')).toBe('SELECT "x"');
    expect(redactor.url('/?token=x')).toBe('/?token=?');
    expect(redactor.enabled).toBe(true);
  });

  it('is the identity when masking is off', () => {
    const off = createRedactor(false);
    expect(off.enabled).toBe(false);
    expect(off.sql("SELECT 'x'")).toBe("SELECT 'x'");
    expect(off.url('/?token=x')).toBe('/?token=x');
    expect(off.header('Cookie', 'a=b')).toBe('a=b');
    expect(off.value('x')).toBe('x');
  });
});
