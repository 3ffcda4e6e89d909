import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { maskMessage } from './error-message.js';
import { MysqlResponse } from './messages.js';
import { readError } from './result-packets.js';

describe('the masked message of error', () => {
  it.each([
    [1062, "Duplicate entry 'a' for key 't.PRIMARY'", "Duplicate entry ? for key 't.PRIMARY'"],
    [1062, "Duplicate entry 'it's secret' for key 't.PRIMARY'", "Duplicate entry ? for key 't.PRIMARY'"],
    [1366, "Incorrect value: '{\"p\":'secret'}' for column 'a' at row 1", "Incorrect value: ? for column 'a' at row 1"],
    [
      1366,
      "Incorrect value: 's' for column `a`.`b`.`c` at row 1",
      'Incorrect value: ? for column `a`.`b`.`c` at row 1',
    ],
    [1062, "Duplicate entry 'x' for key 'secret' for key 'PRIMARY'", "Duplicate entry ? for key 'PRIMARY'"],
    [1292, "Incorrect value: 'x for key 'secret'", 'Incorrect value: ?'],
    [1064, "right syntax to use near 'secret' at line 1", 'right syntax to use near ?'],
    [1064, "right syntax to use near ''secret'' and 'x' at line 1", 'right syntax to use near ?'],
    [1064, "right syntax to use near 'nearly' secret", 'right syntax to use near ?'],
    [1064, 'Fehler bei "secret" in Zeile 1', 'Fehler bei ?'],
    [1292, "Truncated incorrect DOUBLE value: 'secret'", 'Truncated incorrect DOUBLE value: ?'],
    [3140, 'Invalid JSON text: "secret" at position 1', 'Invalid JSON text: ? at position 1'],
    [1644, 'secret', '?'],
    [1146, "Table 'shop.t' doesn't exist", "Table 'shop.t' doesn't exist"],
    [
      1045,
      "Access denied for user 'a'@'::1' (using password: YES)",
      "Access denied for user 'a'@'::1' (using password: YES)",
    ],
    [1452, 'a foreign key constraint fails (`a`.`b`)', 'a foreign key constraint fails (`a`.`b`)'],
    [1205, 'Lock wait timeout exceeded', 'Lock wait timeout exceeded'],
  ])('%d: %s', (code, message, masked) => {
    expect(maskMessage(message, code)).toBe(masked);
  });

  it('that a program raised under a number of the server is hidden whole', () => {
    expect(maskMessage('secret', 1146, '45000')).toBe('?');
  });
});

describe('an error packet', () => {
  const read = (text: string, cut = false, enabled = true) => {
    const bytes = Uint8Array.from(Buffer.from(`\xff\x26\x04#23000${text}`, 'latin1'));
    const input = { bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length, at: 0 };
    const response = new MysqlResponse();
    readError(input, 0, bytes.length, cut, response, createRedactor(enabled));
    return response;
  };

  it('shows number, SQLSTATE and the masked message', () => {
    expect(read("Duplicate entry 'a' for key 'b'")).toMatchObject({
      errorCode: 1062,
      sqlState: '23000',
      message: "Duplicate entry ? for key 'b'",
    });
  });

  it('whose end is missing shows nothing from the first mark on', () => {
    expect(read("Duplicate entry 'a'b", true).message).toBe('Duplicate entry ?');
    expect(read(`Duplicate entry 'a'${'b'.repeat(500)}`).message).toBe('Duplicate entry ?');
  });

  it('shows all where nothing is to be masked', () => {
    expect(read("Duplicate entry 'a' for key 'b'", false, false).message).toBe("Duplicate entry 'a' for key 'b'");
  });
});
