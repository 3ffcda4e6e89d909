/** Reply codes of closes and returns (AMQP 0-9-1, section 1.2 of the reference). */
const NAMES: Readonly<Record<number, string>> = {
  200: 'SUCCESS',
  311: 'CONTENT_TOO_LARGE',
  312: 'NO_ROUTE',
  313: 'NO_CONSUMERS',
  320: 'CONNECTION_FORCED',
  402: 'INVALID_PATH',
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
  501: 'FRAME_ERROR',
  502: 'SYNTAX_ERROR',
  503: 'COMMAND_INVALID',
  504: 'CHANNEL_ERROR',
  505: 'UNEXPECTED_FRAME',
  506: 'RESOURCE_ERROR',
  530: 'NOT_ALLOWED',
  540: 'NOT_IMPLEMENTED',
  541: 'INTERNAL_ERROR',
};

/** Name of a reply code that reports a fault, or null for one that doesn't: `404` → `NOT_FOUND`. */
export function faultOf(code: number): string | null {
  // Clients say goodbye with 200 or, against the letter of the specification, with 0.
  if (code < 300) return null;
  return NAMES[code] ?? String(code);
}
