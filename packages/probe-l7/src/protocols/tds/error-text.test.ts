import { describe, expect, it } from 'vitest';
import { maskMessage } from './error-text.js';

describe('the masked message of error', () => {
  it.each([
    [
      245,
      "Conversion failed when converting the varchar value 'it's secret' to data type int.",
      'Conversion failed when converting the varchar value ? to data type int.',
    ],
    [102, "Incorrect syntax near 'secret'.", 'Incorrect syntax near ?.'],
    [
      105,
      "Unclosed quotation mark after the character string 'secret",
      'Unclosed quotation mark after the character string ?',
    ],
    [
      2627,
      "Violation of constraint 'PK'. The duplicate key value is (1, 'x)secret).",
      'Violation of constraint ?. The duplicate key value is ?.',
    ],
    [208, "Invalid object name 'orders'.", "Invalid object name 'orders'."],
    [18_456, "Login failed for user 'sa'.", "Login failed for user 'sa'."],
    [50_000, 'secret', '?'],
    [51_000, 'secret', '?'],
    [1205, 'Transaction (Process ID 52) was deadlocked.', 'Transaction (Process ID 52) was deadlocked.'],
  ])('%d: %s', (code, message, masked) => {
    expect(maskMessage(message, code)).toBe(masked);
  });

  it('whose end is missing shows nothing from the first mark on', () => {
    expect(maskMessage("value 'a' and sec", 245, true)).toBe('value ?');
  });
});
