import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { createRequest } from './messages.js';
import { Params } from './params.js';
import { pairs } from './wire.fixture.js';

const params = new Params(createRedactor(true));

function read(values: Record<string, string>) {
  const message = createRequest(1);
  const bytes = pairs(values);
  params.start(message);
  params.feed(bytes, 0, bytes.length);
  params.finish();
  return message;
}

describe('parameters of a request', () => {
  it('name it', () => {
    const message = read({
      REQUEST_METHOD: 'POST',
      REQUEST_URI: '/pay?card=4&token=s3cret',
      SCRIPT_FILENAME: '/srv/pay.php',
      SERVER_PROTOCOL: 'HTTP/2.0',
      REQUEST_SCHEME: 'https',
      HTTP_HOST: 'shop.example',
      CONTENT_TYPE: 'application/json',
      CONTENT_LENGTH: '17',
      HTTP_USER_AGENT: 'test/1.0',
      HTTP_X_REQUEST_ID: 'r1',
      HTTP_B3: 'b3',
      HTTP_SW8: 'sw8',
      HTTP_TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(message).toMatchObject({
      operation: 'POST',
      resource: '/pay?card=4&token=?',
      script: '/srv/pay.php',
      version: 'HTTP/2.0',
      scheme: 'https',
      host: 'shop.example',
      contentType: 'application/json',
      contentLength: 17,
      userAgent: 'test/1.0',
      requestId: 'r1',
      b3: 'b3',
      sw8: 'sw8',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  it('leave no credential behind', () => {
    const secrets = { HTTP_AUTHORIZATION: 'Bearer s3cret', HTTP_COOKIE: 'id=s3cret', PHP_AUTH_PW: 's3cret' };
    expect(JSON.stringify(read({ REQUEST_METHOD: 'GET', ...secrets }))).not.toContain('s3cret');
  });

  it('of one request say nothing of the next', () => {
    read({ REQUEST_METHOD: 'GET', REQUEST_URI: '/1', SERVER_NAME: 'one', HTTPS: 'on', HTTP_USER_AGENT: 'test/1.0' });
    expect(read({})).toEqual(createRequest(1));
    expect(read({ SERVER_NAME: 'one' }).host).toBe('one');
  });

  it('tell host and scheme by other names', () => {
    expect(read({ SERVER_NAME: 'one', HTTP_HOST: 'two' }).host).toBe('two');
    expect(read({ HTTP_HOST: 'bob:secret@two' }).host).toBe('two');
    expect(read({ SERVER_NAME: 'one' }).host).toBe('one');
    expect(read({ HTTPS: 'on' }).scheme).toBe('https');
    expect(read({ HTTPS: 'off' }).scheme).toBeNull();
    expect(read({ HTTPS: '' }).scheme).toBeNull();
    expect(read({ HTTPS: 'on', REQUEST_SCHEME: 'http' }).scheme).toBe('http');
  });

  it('that are empty are none', () => {
    expect(read({ CONTENT_TYPE: '', CONTENT_LENGTH: '', REQUEST_URI: '', QUERY_STRING: '' })).toEqual(createRequest(1));
  });
});
