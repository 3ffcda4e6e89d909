import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => fileURLToPath(new URL(`./proto/${target}`, import.meta.url));
root.loadSync([
  'opentelemetry/proto/collector/trace/v1/trace_service.proto',
  'opentelemetry/proto/collector/metrics/v1/metrics_service.proto',
]);
const TYPES = {
  '/v1/traces': root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'),
  '/v1/metrics': root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest'),
};
export const RESPONSES = {
  traces: root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse'),
  metrics: root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse'),
};

// biome-ignore lint/suspicious/noExplicitAny: requests of any shape are looked at by tests
type Tree = any;

/** A request as an independent decoder, protobufjs with OpenTelemetry's own .proto files, reads it. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** In the form of OTLP/JSON, whichever way it came. */
  request: Tree;
  at: number;
}

/** Decodes protobuf, strictly: fields that the .proto files don't have are an error. */
export function decode(path: keyof typeof TYPES, body: Uint8Array): Tree {
  const type = TYPES[path];
  const message = type.decode(body);
  const tree = type.toObject(message, { longs: String, enums: Number, bytes: Array });
  return JSON.parse(JSON.stringify(tree), (key, value) =>
    /^(trace|span|parentSpan)Id$/.test(key) && Array.isArray(value) ? Buffer.from(value).toString('hex') : value,
  );
}

/** Checks JSON against the .proto files, by building the message from it. */
function check(path: keyof typeof TYPES, request: Tree): void {
  const type = TYPES[path];
  const problem = type.verify(type.fromObject(request));
  if (problem) throw new Error(problem);
}

/** What the receiver does with a request: undefined answers 200 with an empty body. */
export type Behaviour = (
  received: Received,
  response: ServerResponse,
  request: IncomingMessage,
) => void | Promise<void>;

/** A receiver of OTLP on a free port of 127.0.0.1. */
export class Receiver {
  readonly received: Received[] = [];
  behave: Behaviour | undefined;
  /** What was wrong with requests. */
  readonly problems: string[] = [];
  readonly #server: Server;
  readonly #scheme: string;
  #changed: () => void = () => {};

  /** @param tls speaks HTTPS with these certificates */
  constructor(tls?: ServerOptions) {
    const take = (request: IncomingMessage, response: ServerResponse) => {
      this.#take(request, response).catch((error: unknown) => {
        this.problems.push(String(error));
        response.writeHead(400).end();
      });
    };
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get endpoint(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** All spans that arrived. */
  spans(): Tree[] {
    return this.received.flatMap(({ request }) =>
      (request.resourceSpans ?? []).flatMap((group: Tree) => group.scopeSpans.flatMap((scope: Tree) => scope.spans)),
    );
  }

  /** Waits until a condition holds; it is looked at after each request. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; there were ${this.received.length} requests`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 20));
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const path = request.url as keyof typeof TYPES;
    const json = request.headers['content-type'] === 'application/json';
    const tree = json ? JSON.parse(body.toString('utf8')) : decode(path, body);
    if (json) check(path, tree);
    const received = { path, headers: request.headers, request: tree, at: Date.now() };
    this.received.push(received);
    if (this.behave) await this.behave(received, response, request);
    else response.writeHead(200, { 'content-type': request.headers['content-type']! }).end(json ? '{}' : '');
    this.#changed();
  }
}
