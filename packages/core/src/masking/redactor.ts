import type { Redactor } from '../contracts/index.js';
import { redactSql } from './redact-sql.js';
import { redactUrl } from './redact-url.js';
import { isSecretName } from './secret-name.js';

/** What stands in place of a secret. */
const MASK = '?';
const CREDENTIAL_HEADERS = new Set(['cookie', 'set-cookie', 'set-cookie2', 'x-forwarded-client-cert']);
const URL_HEADERS = new Set(['location', 'content-location', 'referer', 'origin', 'x-original-url', 'x-rewrite-url']);
/** Names that sound like a secret and hold none. */
const PUBLIC_HEADERS = new Set(['www-authenticate', 'proxy-authenticate', 'sec-websocket-key']);

const masking: Redactor = Object.freeze({
  enabled: true,
  sql: redactSql,
  url: redactUrl,
  header(name: string, value: string): string {
    const lower = name.toLowerCase();
    if (PUBLIC_HEADERS.has(lower)) return value;
    if (CREDENTIAL_HEADERS.has(lower) || isSecretName(lower)) return MASK;
    return URL_HEADERS.has(lower) ? redactUrl(value) : value;
  },
  value: () => MASK,
});

const identity: Redactor = Object.freeze({
  enabled: false,
  sql: (text: string) => text,
  url: (text: string) => text,
  header: (_name: string, value: string) => value,
  value: (text: string) => text,
});

/**
 * What decides which text may be shown. Stateless: all agents share the two there are.
 *
 * @param enabled false turns every function into the identity
 */
export function createRedactor(enabled = true): Redactor {
  return enabled ? masking : identity;
}
