import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactUrl } from './redact-url.js';

describe('a masked URL', () => {
  it.each([
    ['/login?user=bob&password=x', '/login?user=bob&password=?'],
    ['/a?access_token=x&page=2', '/a?access_token=?&page=2'],
    ['/a?api-key=x', '/a?api-key=?'],
    ['/a?apiKey=x', '/a?apiKey=?'],
    ['/a?key=x&monkey=y', '/a?key=?&monkey=y'],
    ['/cb?code=x&state=y', '/cb?code=?&state=y'],
    ['/cb?zipcode=x&country_code=y', '/cb?zipcode=x&country_code=y'],
    ['/o?X-Amz-Signature=x&X-Amz-Date=y', '/o?X-Amz-Signature=?&X-Amz-Date=y'],
    ['/o?sig=x;session_id=y', '/o?sig=?;session_id=?'],
    ['/o?auth=x&author=y&authority=z&authorization=w', '/o?auth=?&author=y&authority=z&authorization=?'],
    ['/o?pass%77ord=x', '/o?pass%77ord=?'],
    ['/o?user[password]=x', '/o?user[password]=?'],
    ['/o?user%5Bpassword%5D=x', '/o?user%5Bpassword%5D=?'],
    ['/o?password', '/o?password'],
    ['/o?password=', '/o?password='],
    ['/o?a=b=c&password=b=c', '/o?a=b=c&password=?'],
    ['/o?q=eyJhbGciOiJIUzI1NiJ9.e30.x', '/o?q=?'],
    ['/o?next=https%3A%2F%2Fh%2F%3Ftoken%3Dx', '/o?next=?'],
    ['/o?next=https%253A%252F%252Fh%252F%253Ftoken%253Dx', '/o?next=?'],
    ['/o?next=%2Fhome', '/o?next=%2Fhome'],
    ['/o?next=https%3A%2F%2Fbob%3Apw%40h%2F', '/o?next=?'],
    ['/o#access_token=x', '/o#access_token=?'],
    ['http://bob:pw@example.com/x?y=z', 'http://REDACTED:REDACTED@example.com/x?y=z'],
    ['http://bob@pw@example.com', 'http://REDACTED:REDACTED@example.com'],
    ['//bob:pw@example.com/', '//REDACTED:REDACTED@example.com/'],
    ['/a@b?c=d', '/a@b?c=d'],
    ['/a?%zz=%&password=%zz', '/a?%zz=%&password=?'],
    ['/plain/path', '/plain/path'],
    ['/login;jsessionid=x', '/login;jsessionid=REDACTED'],
    ['/login;jsessionid=x?a=b', '/login;jsessionid=REDACTED?a=b'],
    ['/a;password=x;v=1/b', '/a;password=REDACTED;v=1/b'],
    ['/a;v=1/b', '/a;v=1/b'],
    ['/password=x/b', '/password=REDACTED/b'],
    ['/date=2024/b', '/date=2024/b'],
    ['/proxy/https://bob:pw@h/', '/proxy/https://REDACTED:REDACTED@h/'],
    ['/proxy/https:/bob:pw@h/', '/proxy/https:/REDACTED:REDACTED@h/'],
    ['http:/\\bob:pw@h/', 'http:/\\REDACTED:REDACTED@h/'],
    ['/x//bob:pw@h/', '/x//REDACTED:REDACTED@h/'],
    ['bob:pw@h:443', 'REDACTED:REDACTED@h:443'],
    ['h:443', 'h:443'],
    ['/@scope/package', '/@scope/package'],
    ['/cb#access_token=x', '/cb#access_token=?'],
    ['/?j={"password":"x"}', '/?j=?'],
    ['/?j=%7B%22password%22%3A%22x%22%7D', '/?j=?'],
    ['/?j=%7B%22page%22%3A1%7D', '/?j=%7B%22page%22%3A1%7D'],
    ['/?password%3Dx', '/??'],
    ['/?secret:x', '/??'],
    ['/?pass%2577ord=x', '/?pass%2577ord=?'],
    ['/?password+=x', '/?password+=?'],
    ['/?pw=x&passcode=x&mfa=x&cvv=x', '/?pw=?&passcode=?&mfa=?&cvv=?'],
    ['/?q=Bearer%20x', '/?q=?'],
    ['/?q=bearer+x', '/?q=?'],
    ['/?q=bears%20and%20tokens', '/?q=bears%20and%20tokens'],
    ['/?db=jdbc:mysql://h/db?user=x%26password=x', '/?db=jdbc:mysql://h/db?user=?'],
    [`/?long=${'%20'.repeat(30_000)}`, '/?long=?'],
    ['/reset/x', '/reset/REDACTED'],
    ['/users/password-reset/x?a=b', '/users/password-reset/REDACTED?a=b'],
    ['/reset//x', '/reset//REDACTED'],
    ['/reset/%78', '/reset/REDACTED'],
    ['/token/refresh', '/token/refresh'],
    ['/login%3Fpassword%3Dx', '/REDACTED'],
    ['/a%20b', '/a%20b'],
    ['/v1/eyJhbGciOiJIUzI1NiJ9.e30.x', '/v1/REDACTED'],
    ['/bot123456:x/sendMessage', '/bot123456:REDACTED/sendMessage'],
    ['http://h/share/x', 'http://h/share/REDACTED'],
    ['', ''],
  ])('of %s is %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });

  it('never shows the value of a secret parameter, whatever stands around it', () => {
    const name = fc.constantFrom('token', 'PASSWORD', 'client_secret', 'api_key', 'x-signature', 'sessionId', 'code');
    const around = fc.array(fc.constantFrom('a=b', '', '=', 'x', '%', '%zz', 'a=%3D', '?', '#'), { maxLength: 4 });
    fc.assert(
      fc.property(around, name, around, fc.constantFrom('&', ';'), (before, secret, after, by) => {
        const url = `/p?${[...before, `${secret}=sEcReT`, ...after].join(by)}`;
        expect(redactUrl(url)).not.toContain('sEcReT');
      }),
    );
  });

  it('is its own masked URL', () => {
    const piece = fc.constantFrom(
      '/',
      '?',
      '#',
      '&',
      ';',
      '=',
      'token',
      'a',
      '@',
      ':',
      '//',
      'http:',
      '%3D',
      '%',
      ' ',
      'reset',
      '%2F',
      '%40',
      '\\',
      '"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const once = redactUrl(pieces.join(''));
        expect(redactUrl(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '?',
    '&',
    '@',
    '//',
    '%25',
    'a=%',
    'a=b=',
    '?a=%3D',
    '//a@',
    '/',
    ':/',
    'a',
    '\\\\',
    ';a=',
    '/reset/',
    '/%',
    '"a":',
  ])('takes linear time on a megabyte of %s', (piece) => {
    const started = performance.now();
    redactUrl(`http://h/?${piece.repeat(1_000_000 / piece.length)}`);
    redactUrl(piece.repeat(1_000_000 / piece.length));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
