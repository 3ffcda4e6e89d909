import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ConfigurationError, type Logger } from '@sonde/core';
import { ConnectionRoom } from './connection-room.js';
import { CONTENT_TYPES, type Format } from './exposition.js';
import { acceptsGzip, formatFor } from './negotiate.js';

/** Smaller answers are not worth the compression. */
const SMALLEST_GZIP = 1400;
/** How long requests in flight may take once the server is to stop, milliseconds. */
const CLOSE_MS = 1000;
/** More scrapers at once than anybody has. */
const MAX_CONNECTIONS = 256;
/** A request whose head or body comes slower than this is given up; how often that is looked after. Milliseconds. */
const TIMEOUTS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
/** A connection on which nothing moves for so long is closed, an answer that nobody reads too. Milliseconds. */
const SILENCE_MS = 30_000;

const compress = promisify(gzip);

/** What a {@link MetricsServer} serves and where. */
export interface MetricsServerOptions {
  host: string;
  /** 0 picks a free port. */
  port: number;
  path: string;
  /** Offers OpenMetrics to those who ask for it. */
  openMetrics: boolean;
  logger: Logger;
  /** Writes the metrics as they stand. */
  render(format: Format): string;
}

/** Serves metrics over HTTP, `/healthz` beside them. Holds no state: scrapes at once see the same. */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  readonly #server: Server;
  #address: string | null = null;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#server = createServer({ ...TIMEOUTS, keepAliveTimeout: 75_000 });
    this.#server.timeout = SILENCE_MS;
    const room = new ConnectionRoom(MAX_CONNECTIONS);
    this.#server.on('connection', (socket) => room.enter(socket));
    this.#server.on('request', (request, response) => {
      const { socket } = request;
      room.begin(socket);
      response.once('close', () => room.end(socket));
      this.#answer(request, response).catch((error: unknown) => {
        options.logger.error('a scrape failed', { error: String(error) });
        if (response.headersSent) response.destroy();
        else send(response, 500, 'the metrics could not be written\n');
      });
    });
  }

  /** `http://127.0.0.1:9464/metrics`, or null while not listening. */
  get address(): string | null {
    return this.#address;
  }

  /** @throws ConfigurationError `PORT_IN_USE`, `PORT_DENIED`, `ADDRESS_UNAVAILABLE` */
  async listen(): Promise<void> {
    const { host, port, path, logger } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
      this.#server.listen({ host, port }, resolve);
    });
    this.#server.removeAllListeners('error');
    this.#server.on('error', (error) => logger.error('the metrics server failed', { error: String(error) }));
    const bound = this.#server.address() as AddressInfo;
    const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
    this.#address = `http://${name}:${bound.port}${path}`;
  }

  /** Lets requests in flight end, for a second at most; idempotent. */
  async close(): Promise<void> {
    this.#address = null;
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const deadline = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MS);
    await closed;
    clearTimeout(deadline);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Nobody scrapes with a body: what comes is read and dropped.
    request.resume();
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    if (path !== this.#options.path && path !== '/healthz' && path !== '/') return send(response, 404, 'not found\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return send(response, 405, 'only GET and HEAD are allowed\n');
    }
    if (path === this.#options.path) return this.#metrics(request, response);
    send(response, 200, path === '/healthz' ? 'ok\n' : `Sonde. Metrics are at ${this.#options.path}\n`);
  }

  async #metrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const format = this.#options.openMetrics ? formatFor(request.headers.accept) : 'text';
    const text = this.#options.render(format);
    response.setHeader('Content-Type', CONTENT_TYPES[format]);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    response.setHeader('Cache-Control', 'no-store');
    const encoding = request.headers['accept-encoding'];
    if (text.length < SMALLEST_GZIP || !acceptsGzip(typeof encoding === 'string' ? encoding : undefined)) {
      return send(response, 200, text);
    }
    const body = await compress(text, { level: 1 });
    response.setHeader('Content-Encoding', 'gzip');
    send(response, 200, body);
  }
}

/** Node leaves the body out of the answer to HEAD, and keeps its length. */
function send(response: ServerResponse, status: number, body: string | Buffer): void {
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.statusCode = status;
  response.end(body);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const cause = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigurationError('PORT_IN_USE', `metrics can't be served at ${host}:${port}: the port is in use`, {
        ...cause,
        hint: `choose another port, or 0 for any free one; \`ss -ltnp 'sport = :${port}'\` shows who has it`,
      });
    case 'EACCES':
      return new ConfigurationError('PORT_DENIED', `metrics can't be served at ${host}:${port}: no permission`, {
        ...cause,
        hint: 'ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher one',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigurationError(
        'ADDRESS_UNAVAILABLE',
        `metrics can't be served at '${host}': no such address here`,
        {
          ...cause,
          hint: '127.0.0.1 serves this host only, 0.0.0.0 or :: every network; `ip address` lists what there is',
        },
      );
    default:
      return error;
  }
}
