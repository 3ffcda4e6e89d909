/**
 * Errors that quote names only: unknown objects (208), columns (207), procedures (2812), databases (911, 4060), refused
 * users (18456) and permissions (229), missing parameters (201, 137).
 */
const QUOTE_NAMES = new Set([137, 201, 207, 208, 229, 911, 2714, 2812, 4060, 18_456]);

/** Masks what an error message quotes of the data or of the statement. */
export function maskMessage(message: string, code: number): string {
  if (QUOTE_NAMES.has(code)) return message;
  return message.replace(/(?<!\w)'(?:[^']|'')*'?|"[^"]*"?|\((?:[^()]|\([^()]*\))*\)(?=\.?$)/g, '?');
}
