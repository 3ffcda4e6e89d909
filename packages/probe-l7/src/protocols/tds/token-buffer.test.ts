import { describe, expect, it } from 'vitest';
import { TokenBuffer } from './token-buffer.js';
import { input } from './wire.fixture.js';

const textOf = ({ bytes, length }: TokenBuffer) => Buffer.from(bytes.subarray(0, length)).toString('latin1');
function append(buffer: TokenBuffer, text: string): boolean {
  const { bytes } = input(`<${text}>`);
  return buffer.append(bytes, 1, 1 + text.length);
}

describe('the beginning of a token', () => {
  it('is put together, and what is left of it moves to the front', () => {
    const buffer = new TokenBuffer();
    for (const text of ['abc', 'def', 'x'.repeat(1000)]) expect(append(buffer, text)).toBe(true);
    expect(textOf(buffer)).toBe(`abcdef${'x'.repeat(1000)}`);
    expect(buffer.view.getUint8(3)).toBe('d'.charCodeAt(0));
    buffer.keepLast(1001);
    expect(textOf(buffer)).toBe(`f${'x'.repeat(1000)}`);
    buffer.keepLast(1001);
    expect(append(buffer, 'y')).toBe(true);
    expect(textOf(buffer)).toBe(`f${'x'.repeat(1000)}y`);
  });

  it('is forgotten at once', () => {
    const buffer = new TokenBuffer();
    append(buffer, 'abc');
    buffer.clear();
    append(buffer, 'de');
    expect(textOf(buffer)).toBe('de');
  });

  it('is never longer than any token', () => {
    const buffer = new TokenBuffer();
    let pieces = 0;
    while (append(buffer, 'x'.repeat(1000)) && pieces < 1000) pieces++;
    expect(pieces).toBe(131);
    expect(buffer.bytes.length).toBeLessThan(0x4_0000);
  });
});
