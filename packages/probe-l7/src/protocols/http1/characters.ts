export const HT = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COLON = 0x3a;

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const token = new Uint8Array(256);
for (const character of TOKEN) token[character.charCodeAt(0)] = 1;

/** True for a character of a token: a method, a field name (RFC 9110 §5.6.2). */
export function isToken(byte: number): boolean {
  return token[byte] === 1;
}

/** True for `0` to `9`. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** True if `HTTP/1.` and a digit stand at `at`. */
export function isVersion(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x48 &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === 0x50 &&
    bytes[at + 4] === 0x2f &&
    bytes[at + 5] === 0x31 &&
    bytes[at + 6] === 0x2e &&
    isDigit(bytes[at + 7]!)
  );
}

/** Length of what {@link isVersion} looks at. */
export const VERSION_LENGTH = 8;

/** Text of a version whose last digit is `digit`. */
export function versionText(digit: number): string {
  if (digit === 0x31) return 'HTTP/1.1';
  return digit === 0x30 ? 'HTTP/1.0' : `HTTP/1.${digit - 0x30}`;
}
