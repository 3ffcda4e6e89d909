import { type Attributes, type Description, SEMCONV, templateRoute } from '@sonde/core';
import type { Http1Request, Http1Response } from './messages.js';

/** Methods that name a span; any other word is an attacker's chance to make names without end. */
const KNOWN_METHODS = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'],
  // The IANA registry's others that servers implement.
  ...['ACL', 'BASELINE-CONTROL', 'BIND', 'CHECKIN', 'CHECKOUT', 'COPY', 'LABEL', 'LINK', 'LOCK', 'MERGE'],
  ...['MKACTIVITY', 'MKCALENDAR', 'MKCOL', 'MKREDIRECTREF', 'MKWORKSPACE', 'MOVE', 'ORDERPATCH', 'PROPFIND'],
  ...['PROPPATCH', 'REBIND', 'REPORT', 'SEARCH', 'UNBIND', 'UNCHECKOUT', 'UNLINK', 'UNLOCK', 'UPDATE'],
  ...['UPDATEREDIRECTREF', 'VERSION-CONTROL', 'NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PURGE'],
]);

/** Names that are kept ready; routes are few, whatever the targets. */
const MAX_NAMES = 4096;
const names = new Map<string, Map<string, string>>();
let nameCount = 0;

const errors = Array.from({ length: 1000 }, (_, status) => String(status));

/**
 * `GET /users/{id}`, the status code, and an error for 5xx: whether a 4xx is an error depends on the side, which a
 * parser doesn't know.
 */
export function describe(request: Http1Request, response: Http1Response | null): Description {
  const status = response === null ? null : response.status;
  return {
    name: spanName(request),
    status,
    error: status !== null && status >= 500 ? errors[status]! : null,
  };
}

/** OpenTelemetry's HTTP attributes, as far as both heads tell. */
export function attributes(request: Http1Request, response: Http1Response | null): Attributes {
  const { operation, resource } = request;
  const known = KNOWN_METHODS.has(operation);
  const result: Attributes = { [SEMCONV.HTTP_REQUEST_METHOD]: known ? operation : '_OTHER' };
  if (!known) result[SEMCONV.HTTP_REQUEST_METHOD_ORIGINAL] = operation;
  target(request, result);
  result[SEMCONV.NETWORK_PROTOCOL_NAME] = 'http';
  result[SEMCONV.NETWORK_PROTOCOL_VERSION] = request.version.slice('HTTP/'.length);
  host(request.host, result);
  if (request.userAgent !== null) result[SEMCONV.USER_AGENT_ORIGINAL] = request.userAgent;
  if (request.bodySize !== null) result[SEMCONV.HTTP_REQUEST_BODY_SIZE] = request.bodySize;
  if (operation !== 'CONNECT') result[SEMCONV.URL_TEMPLATE] = templateRoute(resource);
  if (response === null) return result;
  result[SEMCONV.HTTP_RESPONSE_STATUS_CODE] = response.status;
  if (response.bodySize !== null) result[SEMCONV.HTTP_RESPONSE_BODY_SIZE] = response.bodySize;
  if (response.status >= 500) result[SEMCONV.ERROR_TYPE] = errors[response.status]!;
  return result;
}

/** The four forms of a target (RFC 9112 §3.2). */
function target({ operation, resource }: Http1Request, result: Attributes): void {
  if (operation === 'CONNECT' || resource === '*') return;
  let path = resource;
  if (!path.startsWith('/')) {
    result[SEMCONV.URL_FULL] = resource;
    const scheme = path.indexOf('://');
    if (scheme < 0) return;
    result[SEMCONV.URL_SCHEME] = path.slice(0, scheme).toLowerCase();
    const slash = path.indexOf('/', scheme + 3);
    path = slash < 0 ? '/' : path.slice(slash);
  } else result[SEMCONV.URL_SCHEME] = 'http';
  const query = path.indexOf('?');
  result[SEMCONV.URL_PATH] = query < 0 ? path : path.slice(0, query);
  if (query >= 0) result[SEMCONV.URL_QUERY] = path.slice(query + 1);
}

/** `Host` names the server as the client sees it: `name`, `name:port`, `[address]:port`. Core knows the real port. */
function host(value: string | null, result: Attributes): void {
  if (value === null || value === '') return;
  const bracket = value.indexOf(']');
  const colon = value.indexOf(':', bracket + 1);
  const name = colon < 0 ? value : value.slice(0, colon);
  result[SEMCONV.SERVER_ADDRESS] = bracket > 0 ? name.slice(1, bracket) : name;
  if (colon < 0) return;
  const port = Number(value.slice(colon + 1));
  if (Number.isInteger(port) && port > 0 && port < 65536) result[SEMCONV.SERVER_PORT] = port;
}

function spanName({ operation, resource }: Http1Request): string {
  const method = KNOWN_METHODS.has(operation) ? operation : 'HTTP';
  if (method === 'CONNECT') return method;
  const route = templateRoute(resource);
  let byRoute = names.get(method);
  if (byRoute === undefined) {
    byRoute = new Map();
    names.set(method, byRoute);
  }
  let name = byRoute.get(route);
  if (name === undefined) {
    if (nameCount++ >= MAX_NAMES) {
      for (const map of names.values()) map.clear();
      nameCount = 0;
    }
    name = `${method} ${route}`;
    byRoute.set(route, name);
  }
  return name;
}
