/**
 * Writes any value as JSON, without surprises: a `bigint` as a number (as text where a reader would lose digits), bytes
 * as hexadecimal text, what JSON has no word for as null.
 */
export function jsonValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return jsonText(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return bigintText(value);
    default:
      return JSON.stringify(value, replace) ?? 'null';
  }
}

/** What JSON.stringify would escape: control characters, quotes, backslashes, lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped
const ESCAPED = /[\u0000-\u001f"\\\ud800-\udfff]/;
/** Most names that are remembered; plugins could make them up. */
const MAX_NAMES = 1000;
const names = new Map<string, string>();

/** Writes text as JSON. */
export function jsonText(text: string): string {
  // Short text is looked through faster than JSON.stringify is called.
  return text.length < 64 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Writes the name of a field with its colon. Names repeat, so they are remembered. */
export function jsonName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (names.size < MAX_NAMES) names.set(name, text);
  return text;
}

function bigintText(value: bigint): string {
  const safe = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
  return safe ? String(value) : `"${value}"`;
}

function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    const text = bigintText(value);
    return text.startsWith('"') ? text.slice(1, -1) : Number(value);
  }
  // Buffers turn themselves into objects before they get here: the original is still in its holder.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return Buffer.from(original).toString('hex');
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}
