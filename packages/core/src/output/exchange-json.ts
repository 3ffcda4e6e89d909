import type { Attributes, Endpoint, Exchange, Message, ProcessInfo, TraceInfo } from '../contracts/index.js';
import { jsonName, jsonText, jsonValue } from './json-value.js';
import { formatUnixNano } from './rfc3339.js';

/** Options of {@link exchangeToJson}. */
export interface ExchangeJsonOptions {
  /** Capture file that the exchange was read from; named in the line when there are several. */
  file?: string;
}

/**
 * Writes an exchange in the one form in which `run`, `decode` and `replay` print it: a JSON object without line breaks.
 * Its fields are a contract that others script against; what isn't known is null, never a guess.
 */
export function exchangeToJson(exchange: Exchange, options: ExchangeJsonOptions = {}): string {
  const { requestTiming, responseTiming } = exchange;
  const file = options.file === undefined ? '' : `"file":${jsonText(options.file)},`;
  return (
    `{${file}"protocol":${jsonText(exchange.protocol)}` +
    `,"start":"${formatUnixNano(exchange.startUnixNano)}"` +
    `,"durationNs":${numberOrNull(exchange.durationNs)}` +
    `,"side":${textOrNull(exchange.side)}` +
    `,"client":${endpointJson(exchange.client)}` +
    `,"server":${endpointJson(exchange.server)}` +
    `,"process":${processJson(exchange.process)}` +
    `,"request":${messageJson(exchange.request, requestTiming.bytes)}` +
    `,"response":${exchange.response === null ? 'null' : messageJson(exchange.response, responseTiming?.bytes ?? null)}` +
    `,"status":${jsonValue(exchange.status)}` +
    `,"error":${textOrNull(exchange.error)}` +
    `,"tcp":${tcpJson(exchange)}` +
    `,"trace":${traceJson(exchange.trace)}` +
    `,"attributes":${attributesJson(exchange.attributes)}}`
  );
}

/** The size, then all that the protocol's plugin adds, in its order. `kind` is for pairing and is left out. */
function messageJson(message: Message, bytes: number | null): string {
  let text = `{"bytes":${numberOrNull(bytes)}`;
  const fields = message as unknown as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    if (name === 'kind' || name === 'bytes') continue;
    const value = fields[name];
    if (value === undefined || typeof value === 'function') continue;
    text += `,${jsonName(name)}${jsonValue(value)}`;
  }
  return `${text}}`;
}

function attributesJson(attributes: Attributes): string {
  let text = '{';
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value === undefined) continue;
    if (text !== '{') text += ',';
    text += jsonName(name) + jsonValue(value);
  }
  return `${text}}`;
}

function endpointJson(endpoint: Endpoint | null): string {
  if (endpoint === null) return 'null';
  return `{"address":${jsonText(endpoint.address)},"port":${numberOrNull(endpoint.port)}}`;
}

function processJson(process: ProcessInfo | null): string {
  if (process === null) return 'null';
  const { pid, tid, name, container } = process;
  return `{"pid":${pid},"tid":${tid},"name":${textOrNull(name)},"container":${textOrNull(container)}}`;
}

function tcpJson(exchange: Exchange): string {
  if (exchange.transport !== 'tcp') return 'null';
  const request = exchange.requestTiming.sequence;
  const response = exchange.responseTiming?.sequence ?? -1;
  return `{"requestSeq":${request < 0 ? 'null' : request},"responseSeq":${response < 0 ? 'null' : response}}`;
}

function traceJson(trace: TraceInfo | null): string {
  if (trace === null) return 'null';
  const { traceId, spanId, parentSpanId, link } = trace;
  const linked = link === null ? 'null' : `{"method":"${link.method}","confidence":${numberOrNull(link.confidence)}}`;
  return `{"traceId":"${traceId}","spanId":"${spanId}","parentSpanId":${textOrNull(parentSpanId)},"link":${linked}}`;
}

function numberOrNull(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'null' : String(value);
}

function textOrNull(value: string | null): string {
  return value === null ? 'null' : jsonText(value);
}
