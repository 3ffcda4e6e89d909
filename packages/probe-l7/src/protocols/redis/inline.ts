/** Where an argument of an inline command stands, quotes left out. */
export interface InlineArgument {
  start: number;
  end: number;
}

const SP = 0x20;
const HT = 0x09;

/**
 * Splits an inline command (`SET key "a value"`) as Redis does: by white space, with single and double quotes.
 *
 * @returns the arguments, or null if a quote isn't closed
 */
export function splitInline(bytes: Uint8Array, start: number, end: number): InlineArgument[] | null {
  const found: InlineArgument[] = [];
  let at = start;
  for (;;) {
    while (at < end && (bytes[at] === SP || bytes[at] === HT)) at++;
    if (at === end) return found;
    const quote = bytes[at] === 0x22 || bytes[at] === 0x27 ? bytes[at]! : 0;
    const from = quote === 0 ? at : ++at;
    while (at < end && !(quote === 0 ? bytes[at] === SP || bytes[at] === HT : bytes[at] === quote)) {
      if (quote === 0x22 && bytes[at] === 0x5c) at++;
      at++;
    }
    if (quote !== 0 && at >= end) return null;
    found.push({ start: from, end: Math.min(at, end) });
    if (quote !== 0) at++;
  }
}
