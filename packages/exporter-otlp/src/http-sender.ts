import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Answers are a few bytes; of longer ones the rest is not read. */
const MAX_ANSWER = 65_536;

const compress = promisify(gzip);

/** An answer of the receiver. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Where and how requests are sent. */
export interface HttpSenderOptions {
  url: URL;
  headers: Readonly<Record<string, string>>;
  contentType: string;
  compression: 'none' | 'gzip';
  /** From the start of a request to the end of its answer, milliseconds. */
  timeoutMs: number;
  /** PEM texts for TLS. */
  tls?: { ca?: string; cert?: string; key?: string };
}

/** Sends one body at a time over kept-alive connections. */
export class HttpSender {
  readonly #options: HttpSenderOptions;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #headers: Record<string, string>;

  constructor(options: HttpSenderOptions) {
    this.#options = options;
    const agentOptions = { keepAlive: true, maxSockets: 4 };
    this.#agent =
      options.url.protocol === 'https:'
        ? new HttpsAgent({ ...agentOptions, ...options.tls })
        : new HttpAgent(agentOptions);
    this.#headers = { ...options.headers, 'content-type': options.contentType };
    if (options.compression === 'gzip') this.#headers['content-encoding'] = 'gzip';
  }

  /** The URL without what may be secret in it, for messages. */
  get name(): string {
    return `${this.#options.url.origin}${this.#options.url.pathname}`;
  }

  /**
   * Sends a body.
   *
   * @throws Error when the receiver can't be reached, hangs up, takes too long, or `signal` aborts
   */
  async send(body: Buffer, signal?: AbortSignal): Promise<HttpAnswer> {
    const packed = this.#options.compression === 'gzip' ? await compress(body, { level: 1 }) : body;
    signal?.throwIfAborted();
    return this.#post(packed, signal);
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #post(body: Buffer, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const { url, timeoutMs } = this.#options;
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = start(
        url,
        { method: 'POST', agent: this.#agent, signal, headers: { ...this.#headers, 'content-length': body.length } },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          const done = () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size <= MAX_ANSWER) return void chunks.push(chunk);
            done();
            request.destroy();
          });
          response.on('end', done);
          response.on('error', reject);
          response.on('close', () => reject(new Error('the connection ended within the answer')));
        },
      );
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      request.on('error', reject);
      request.on('close', () => clearTimeout(timer));
      request.end(body);
    });
  }
}
