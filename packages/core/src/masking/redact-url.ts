import { isSecretName } from './secret-name.js';

/** Longest name or value that is decoded to look inside. */
const MAX_DECODED = 2048;
const USER_INFO = /^([a-z][a-z0-9+.-]{0,20}:)?\/\/[^/?#]*@/i;

/**
 * A request target or URL with the values of secret-looking parameters replaced by `?`, in the query and in the
 * fragment, and the user and password before the host by `REDACTED:REDACTED`, as OpenTelemetry's `url.full` asks. A URL
 * within a parameter is looked into as well.
 */
export function redactUrl(text: string): string {
  const shown = USER_INFO.test(text) ? withoutUserInfo(text) : text;
  const start = firstOf(shown, '?', '#');
  return start < 0 ? shown : shown.slice(0, start) + shown.slice(start).replace(/[^?#&;]+/g, redactParameter);
}

function withoutUserInfo(text: string): string {
  const host = text.indexOf('//') + 2;
  const path = text.slice(host).search(/[/?#]/);
  const end = path < 0 ? text.length : host + path;
  return `${text.slice(0, host)}REDACTED:REDACTED@${text.slice(text.lastIndexOf('@', end - 1) + 1)}`;
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals < 0) return parameter;
  const name = parameter.slice(0, equals);
  const value = parameter.slice(equals + 1);
  if (value === '') return parameter;
  return isSecretName(decode(name)) || isSecretValue(value) ? `${name}=?` : parameter;
}

/** A value that is a JSON web token, or a URL (or form) with a secret parameter of its own. */
function isSecretValue(value: string): boolean {
  if (value.startsWith('eyJ')) return true;
  let decoded = value;
  for (let layer = 0; layer < 3 && decoded.includes('%'); layer++) decoded = decode(decoded);
  if (USER_INFO.test(decoded)) return true;
  if (!decoded.includes('=')) return false;
  return decoded.split(/[?#&;]/).some((part) => {
    const equals = part.indexOf('=');
    return equals > 0 && isSecretName(part.slice(0, equals));
  });
}

function decode(text: string): string {
  if (!text.includes('%') || text.length > MAX_DECODED) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Broken escapes: read those that aren't.
    return text.replace(/%[0-7][0-9a-f]/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  }
}

function firstOf(text: string, a: string, b: string): number {
  const [first, second] = [text.indexOf(a), text.indexOf(b)];
  if (first < 0 || second < 0) return Math.max(first, second);
  return Math.min(first, second);
}
