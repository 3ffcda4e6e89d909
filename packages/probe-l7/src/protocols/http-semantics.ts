import { type Attributes, SEMCONV, templateRoute } from '@sonde/core';
import { SpanNames } from './span-names.js';

/** Methods that name a span; any other word is an attacker's chance to make names without end. */
const KNOWN_METHODS = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'],
  // The IANA registry's others that servers implement.
  ...['ACL', 'BASELINE-CONTROL', 'BIND', 'CHECKIN', 'CHECKOUT', 'COPY', 'LABEL', 'LINK', 'LOCK', 'MERGE'],
  ...['MKACTIVITY', 'MKCALENDAR', 'MKCOL', 'MKREDIRECTREF', 'MKWORKSPACE', 'MOVE', 'ORDERPATCH', 'PROPFIND'],
  ...['PROPPATCH', 'REBIND', 'REPORT', 'SEARCH', 'UNBIND', 'UNCHECKOUT', 'UNLINK', 'UNLOCK', 'UPDATE'],
  ...['UPDATEREDIRECTREF', 'VERSION-CONTROL', 'NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PURGE'],
]);

/** Whether a word is what is left of a registered method whose beginning is missing: `ET`. */
export function isEndOfMethod(word: string): boolean {
  if (KNOWN_METHODS.has(word)) return false;
  for (const method of KNOWN_METHODS) if (method.endsWith(word)) return true;
  return false;
}

const names = new SpanNames(' ');

const errors: readonly string[] = Array.from({ length: 1000 }, (_, status) => String(status));

/** A short reason for an answer that the server failed to give, or null: of a 4xx a parser doesn't know whose error it is. */
export function statusError(status: number | null): string | null {
  return status !== null && status >= 500 ? (errors[status] ?? String(status)) : null;
}

/** Method of a request under its OpenTelemetry names. */
export function methodAttributes(operation: string, result: Attributes): void {
  const known = KNOWN_METHODS.has(operation);
  result[SEMCONV.HTTP_REQUEST_METHOD] = known ? operation : '_OTHER';
  if (!known) result[SEMCONV.HTTP_REQUEST_METHOD_ORIGINAL] = operation;
}

/** Target of a request, in any of its four forms (RFC 9112 §3.2), under its OpenTelemetry names. */
export function targetAttributes(operation: string | null, resource: string, scheme: string, result: Attributes): void {
  if (operation !== 'CONNECT') result[SEMCONV.URL_TEMPLATE] = templateRoute(resource);
  if (operation === 'CONNECT' || resource === '*') return;
  let path = resource;
  if (!path.startsWith('/')) {
    result[SEMCONV.URL_FULL] = resource;
    const colon = path.indexOf('://');
    if (colon < 0) return;
    result[SEMCONV.URL_SCHEME] = path.slice(0, colon).toLowerCase();
    const slash = path.indexOf('/', colon + 3);
    path = slash < 0 ? '/' : path.slice(slash);
  } else result[SEMCONV.URL_SCHEME] = scheme;
  const fragment = path.indexOf('#');
  if (fragment >= 0) path = path.slice(0, fragment); // nothing that a client should send
  const query = path.indexOf('?');
  result[SEMCONV.URL_PATH] = query < 0 ? path : path.slice(0, query);
  if (query >= 0) result[SEMCONV.URL_QUERY] = path.slice(query + 1);
}

/** `Host` names the server as the client sees it: `name`, `name:port`, `[address]:port`. Core knows the real port. */
export function hostAttributes(value: string | null, result: Attributes): void {
  if (value === null || value === '') return;
  const host = value.lastIndexOf('@') + 1;
  const bracket = value.indexOf(']', host);
  const colon = value.indexOf(':', Math.max(bracket, host));
  const name = value.slice(host, colon < 0 ? value.length : colon);
  result[SEMCONV.SERVER_ADDRESS] = bracket > 0 ? value.slice(host + 1, bracket) : name;
  if (colon < 0) return;
  const port = Number(value.slice(colon + 1));
  if (Number.isInteger(port) && port > 0 && port < 65536) result[SEMCONV.SERVER_PORT] = port;
}

/** Span name: method and route; `HTTP` for a method that nobody registered, the method alone where there is no route. */
export function spanName(operation: string | null, resource: string | null): string {
  const method = operation !== null && KNOWN_METHODS.has(operation) ? operation : 'HTTP';
  if (method === 'CONNECT' || resource === null) return method;
  return names.of(method, templateRoute(resource));
}
