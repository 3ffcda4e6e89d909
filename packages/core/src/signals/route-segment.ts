import { isSecretSegment } from '../masking/secret-path.js';

/** Placeholder of a segment that names one thing among many. */
export const ID = '{id}';

/** A slug longer than this is a title that somebody typed, not a route. */
const LONGEST_WORD = 40;
const EXTENSION = /^(.+)(\.[A-Za-z][A-Za-z0-9]{0,4})$/;
const DIGITS = /^\d+$/;
/** Dates, times, coordinates, addresses, phone numbers. */
const NUMERIC = /^[-+\d.,:_]+$/;
const DATE = /^\d{4}-\d{2}-\d{2}([T ].*)?$/;
const HEX = /^[0-9a-fA-F-]+$/;
const VERSION = /^v\d{1,3}((alpha|beta|rc)\d{0,2})?$/i;
/** Technical terms with digits in them. */
const TERM = /oauth2|saml2|openid2|ipv[46]|http[23]|base64|utf8|i18n|l10n|a11y|k8s|web3|log4j|mp[34]|x86/gi;
/** A word with a number of one or two digits is a name up to this length: `step12`, `app1`; longer ones are made up. */
const LONGEST_NUMBERED = 6;

/**
 * One segment of a path, with what looks like an identifier or a secret replaced by `{id}`: numbers, UUIDs, hashes, long
 * or random tokens, letters mixed with digits, e-mail addresses, dates, percent-encoded text, what follows `reset`,
 * `token`, `invite` and the like. Words, versions (`v2`) and file extensions stay.
 *
 * @param before the segment before it
 */
export function templateSegment(segment: string, before = ''): string {
  if (segment === '' || segment === ID || VERSION.test(segment)) return segment;
  if (segment.length > 255 || isSecretSegment(segment, before)) return ID;
  if (isIdentifier(segment)) {
    // `3f2a9c01.js` says more as `{id}.js`; an e-mail's domain doesn't.
    const file = segment.includes('@') ? null : EXTENSION.exec(segment);
    return file && isIdentifier(file[1]!) ? ID + file[2] : ID;
  }
  return segment;
}

function isIdentifier(text: string): boolean {
  if (DIGITS.test(text)) return true;
  if (text.length > LONGEST_WORD || text.includes('@', 1) || text.includes('%') || DATE.test(text)) return true;

  const { digits, upper, lower } = countKinds(text);
  if (NUMERIC.test(text)) return digits >= 4;
  if (HEX.test(text) && text.length >= 8 && (digits > 0 || text.length >= 16)) return true;
  // `order-12345`, `cus_9s6XKzkNRiz8i3`, ULID, KSUID: words have no such numbers.
  if (digits >= 3) return true;
  return digits > 0 && upper + lower > 0 && isMixed(text);
}

/** `hunter2SECRET`, `s3cr3t-word`: a piece between separators in which letters and digits are mixed. */
function isMixed(text: string): boolean {
  return text
    .replace(TERM, '')
    .split(/[-_.~]/)
    .some((piece) => piece.length > LONGEST_NUMBERED && /\d/.test(piece) && /[a-z]/i.test(piece));
}

function countKinds(text: string): { digits: number; upper: number; lower: number } {
  let digits = 0;
  let upper = 0;
  let lower = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits++;
    else if (code >= 65 && code <= 90) upper++;
    else if (code >= 97 && code <= 122) lower++;
  }
  return { digits, upper, lower };
}
