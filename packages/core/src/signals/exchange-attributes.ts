import type { Attributes, Exchange } from '../contracts/index.js';
import { SEMCONV } from './semconv.js';

/**
 * Attributes of the protocol that go to metrics: those of low cardinality that the span's name, its status and its
 * error already determine. `db.namespace`, a peer's address or a protocol's version would vary within one series.
 */
const FROM_PROTOCOL = [
  SEMCONV.HTTP_REQUEST_METHOD,
  SEMCONV.HTTP_ROUTE,
  SEMCONV.HTTP_RESPONSE_STATUS_CODE,
  SEMCONV.URL_SCHEME,
  SEMCONV.URL_TEMPLATE,
  SEMCONV.DB_SYSTEM_NAME,
  SEMCONV.DB_OPERATION_NAME,
  SEMCONV.DB_QUERY_SUMMARY,
  SEMCONV.DB_RESPONSE_STATUS_CODE,
  SEMCONV.MESSAGING_SYSTEM,
  SEMCONV.MESSAGING_OPERATION_NAME,
  SEMCONV.MESSAGING_OPERATION_TYPE,
  SEMCONV.RPC_SYSTEM,
  SEMCONV.RPC_SYSTEM_NAME,
  SEMCONV.RPC_SERVICE,
  SEMCONV.RPC_METHOD,
  SEMCONV.RPC_GRPC_STATUS_CODE,
  SEMCONV.RPC_RESPONSE_STATUS_CODE,
  SEMCONV.NETWORK_PROTOCOL_NAME,
] as const;

/** The attributes of the series that an exchange counts to. Called once for each series. */
export function exchangeMetricAttributes(exchange: Exchange): Attributes {
  const attributes: Attributes = { 'span.name': exchange.name };
  const all = exchange.attributes;
  for (const name of FROM_PROTOCOL) {
    const value = all[name];
    if (value !== undefined) attributes[name] = value;
  }
  attributes[SEMCONV.NETWORK_PROTOCOL_NAME] ??= exchange.protocol;
  if (exchange.error !== null) attributes[SEMCONV.ERROR_TYPE] = exchange.error;
  if (exchange.server) {
    attributes[SEMCONV.SERVER_ADDRESS] = exchange.server.address;
    if (exchange.server.port !== null) attributes[SEMCONV.SERVER_PORT] = exchange.server.port;
  }
  return attributes;
}
