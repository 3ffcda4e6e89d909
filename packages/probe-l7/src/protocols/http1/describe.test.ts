import { expect, describe as group, it } from 'vitest';
import { attributes, describe } from './describe.js';
import type { Http1Request, Http1Response } from './messages.js';

const request = (fields: Partial<Http1Request> = {}): Http1Request => ({
  kind: 'request',
  operation: 'GET',
  resource: '/',
  version: 'HTTP/1.1',
  host: null,
  userAgent: null,
  contentType: null,
  contentLength: null,
  bodySize: 0,
  ...fields,
});
const response = (status: number): Http1Response => ({
  kind: 'response',
  status,
  reason: null,
  version: 'HTTP/1.1',
  contentType: null,
  contentLength: null,
  bodySize: 7,
});

group('names, status and error of http1', () => {
  it('calls 5xx an error and leaves 4xx to the side that sees it', () => {
    expect(describe(request(), response(200))).toEqual({ name: 'GET /', status: 200, error: null });
    expect(describe(request(), response(404)).error).toBeNull();
    expect(describe(request(), response(500)).error).toBe('500');
    expect(describe(request(), null)).toEqual({ name: 'GET /', status: null, error: null });
  });

  it('keeps names few', () => {
    expect(describe(request({ resource: '/users/123?x=1' }), null).name).toBe('GET /users/{id}');
    expect(describe(request({ resource: 'http://a.b:1/c?d' }), null).name).toBe('GET /c');
    expect(describe(request({ operation: 'OPTIONS', resource: '*' }), null).name).toBe('OPTIONS *');
    expect(describe(request({ operation: 'CONNECT', resource: 'a:1' }), null).name).toBe('CONNECT');
    expect(describe(request({ operation: 'X8472', resource: '/a' }), null).name).toBe('HTTP /a');
  });

  it('gives attributes by their OpenTelemetry names', () => {
    const fields = { resource: '/a/1?b=c', host: 'shop.test:8080', userAgent: 'curl', bodySize: 3 };
    expect(attributes(request(fields), response(503))).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/a/1',
      'url.query': 'b=c',
      'url.template': '/a/{id}',
      'network.protocol.name': 'http',
      'network.protocol.version': '1.1',
      'server.address': 'shop.test',
      'server.port': 8080,
      'user_agent.original': 'curl',
      'http.request.body.size': 3,
      'http.response.status_code': 503,
      'http.response.body.size': 7,
      'error.type': '503',
    });
  });

  it('reads every form of target and host', () => {
    const absolute = attributes(request({ resource: 'HTTPS://a.b/c?d', host: '[::1]:81' }), null);
    expect(absolute).toMatchObject({
      'url.scheme': 'https',
      'url.path': '/c',
      'url.query': 'd',
      'url.full': 'HTTPS://a.b/c?d',
      'server.address': '::1',
      'server.port': 81,
    });
    expect(attributes(request({ resource: 'http://a.b', host: '[::1]' }), null)).toMatchObject({
      'url.path': '/',
      'server.address': '::1',
    });
    expect(attributes(request({ resource: '/a#b=c?d', host: 'bob:x@[::1]:81' }), null)).toMatchObject({
      'url.path': '/a',
      'server.address': '::1',
      'server.port': 81,
    });
    expect(attributes(request({ resource: '/reset/abcdef', host: 'bob:x@a' }), null)).toMatchObject({
      'url.template': '/reset/{id}',
      'server.address': 'a',
    });
    expect(attributes(request({ host: 'a:b' }), null)).not.toHaveProperty('server.port');
    const tunnel = attributes(request({ operation: 'CONNECT', resource: 'a:1' }), null);
    expect(tunnel).not.toHaveProperty('url.path');
    expect(attributes(request({ operation: 'BREW' }), null)).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'BREW',
    });
  });
});
