import { isSecretName } from './secret-name.js';
import { isSecretSegment, REDACTED } from './secret-path.js';

/** Longer values are not decoded to look inside: they go whole. */
const MAX_DECODED = 65_536;
/** How often a value may be encoded. */
const MAX_LAYERS = 3;
/** A path without any of these has nothing to mask. */
const SUSPECT =
  /[;@%=\\]|eyJ|reset|recover|forgot|invit|verif|activat|confirm|unsub|optout|opt.out|magic|share|token|secret|otp|api.?key|bot\d/i;
/** User and password before a host, also of a URL within a path, and with slashes as proxies mend or merge them. */
const USER_INFO = /(:[\\/]+|(?<![\\/])[\\/]{2,})[^\\/?#]+@/g;
const HAS_USER_INFO = /(?::[\\/]+|(?<![\\/])[\\/]{2,})[^\\/?#]+@/;
/** The same of a target that is no more than `host:port`. */
const AUTHORITY = /^[^\\/?#]+@/;
/** A value that is one word or number hides nothing within. */
const WORD = /^[\w.,-]*$/;
/** `"password":`, `password=`, `password: `. */
const NAMED = /(?<![\w.[\]-])([\w.[\]-]{1,64})["']?\s*[:=]/g;
const CREDENTIALS = /^(?:bearer|basic|negotiate|token|apikey)[\s+]+[\w.~+/=-]+$/i;
const JSON_WEB_TOKEN = /^eyJ[\w-]*/;
const BOT = /^(bot\d+):.+/i;

/**
 * A request target or URL without its secrets. Values of secret-looking parameters, in the query, the fragment and in
 * path parameters (`;jsessionid=…`), are masked; a URL, a form or JSON within a parameter is looked into as well. User
 * and password before a host become `REDACTED:REDACTED`, as OpenTelemetry's `url.full` asks, and the segment that follows
 * `/reset/`, `/token/`, `/invite/` and the like becomes `REDACTED`.
 */
export function redactUrl(text: string): string {
  return redact(text, 0);
}

function redact(text: string, layer: number): string {
  const query = firstOf(text, '?', '#');
  const path = query < 0 ? text : text.slice(0, query);
  const shown = SUSPECT.test(path) ? redactPath(path, layer) : path;
  return query < 0 ? shown : shown + text.slice(query).replace(/[^?#&;]+/g, redactParameter);
}

function redactPath(path: string, layer: number): string {
  let shown = path.includes('@') ? path.replace(USER_INFO, `$1${REDACTED}:${REDACTED}@`) : path;
  if (!shown.startsWith('/')) shown = shown.replace(AUTHORITY, `${REDACTED}:${REDACTED}@`);
  let before = '';
  return shown
    .split('/')
    .map((segment) => {
      if (segment === '') return segment;
      const semicolon = segment.indexOf(';');
      const name = semicolon < 0 ? segment : segment.slice(0, semicolon);
      const masked = redactSegment(name, before, layer);
      before = name;
      return semicolon < 0 ? masked : masked + segment.slice(semicolon).replace(/[^;]+/g, redactPathParameter);
    })
    .join('/');
}

function redactSegment(segment: string, before: string, layer: number): string {
  if (isSecretSegment(segment, before) || (segment.length > 20 && JSON_WEB_TOKEN.test(segment))) return REDACTED;
  if (segment.includes('=')) return redactPathParameter(segment);
  if (segment.includes('%')) {
    // A target that somebody encoded as a whole, slashes and all.
    const decoded = decode(segment);
    const hides = decoded !== segment && layer < MAX_LAYERS && redact(decoded, layer + 1) !== decoded;
    return hides ? REDACTED : segment;
  }
  return segment.replace(BOT, `$1:${REDACTED}`);
}

function redactPathParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  const value = parameter.slice(equals + 1);
  if (equals < 0 || value === '' || !isSecret(parameter.slice(0, equals), value)) return parameter;
  return `${parameter.slice(0, equals)}=${REDACTED}`;
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals < 0) return isSecretValue(parameter) ? '?' : parameter;
  const name = parameter.slice(0, equals);
  const value = parameter.slice(equals + 1);
  return value !== '' && isSecret(name, value) ? `${name}=?` : parameter;
}

function isSecret(name: string, value: string): boolean {
  return isSecretName(decodeAll(name)) || isSecretValue(value);
}

/** A value that is a JSON web token or credentials, or a URL, a form or JSON with a secret of its own. */
function isSecretValue(value: string): boolean {
  if (WORD.test(value)) return value.startsWith('eyJ');
  if (value.length > MAX_DECODED && value.includes('%')) return true;
  const decoded = decodeAll(value);
  if (JSON_WEB_TOKEN.test(decoded) || HAS_USER_INFO.test(decoded) || CREDENTIALS.test(decoded)) return true;
  if (decoded.includes('=') && decoded.split(/[?#&;]/).some(isSecretParameter)) return true;
  for (const [, name] of decoded.matchAll(NAMED)) if (isSecretName(name!)) return true;
  return false;
}

function isSecretParameter(part: string): boolean {
  const equals = part.indexOf('=');
  return equals > 0 && isSecretName(part.slice(0, equals));
}

function decodeAll(text: string): string {
  let decoded = text;
  for (let layer = 0; layer < MAX_LAYERS && decoded.includes('%'); layer++) decoded = decode(decoded);
  return decoded;
}

/** Escapes of ASCII characters only: no other one says what a text is. */
function decode(text: string): string {
  if (text.length > MAX_DECODED) return text;
  return text.replace(/%[0-7][0-9a-f]/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

function firstOf(text: string, a: string, b: string): number {
  const [first, second] = [text.indexOf(a), text.indexOf(b)];
  return first < 0 || second < 0 ? Math.max(first, second) : Math.min(first, second);
}
