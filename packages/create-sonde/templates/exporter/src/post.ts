import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * Posts lines of JSON. Never throws.
 *
 * @returns null when they were taken, else the reason why not, as it is counted: `unreachable`, `http-500`, `shutdown`.
 */
export function post(url: string, body: string, signal: AbortSignal): Promise<string | null> {
  if (signal.aborted) return Promise.resolve('shutdown');
  const start = url.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = { 'content-type': 'application/x-ndjson', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const request = start(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      const status = response.statusCode ?? 0;
      response.on('error', () => resolve('unreachable'));
      response.on('end', () => resolve(status >= 200 && status < 300 ? null : `http-${status}`));
      response.resume();
    });
    request.on('error', () => resolve('unreachable'));
    request.end(body);
  });
}
