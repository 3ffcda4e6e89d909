import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouteTemplates, templateRoute } from './route-templates.js';

describe('a route', () => {
  it.each([
    ['/users/123/orders/5f0c2d3e4f5a6b7c8d9e0f1a', '/users/{id}/orders/{id}'],
    ['/users/123?page=2#top', '/users/{id}'],
    ['/v2/things/7', '/v2/things/{id}'],
    ['/things/550e8400-e29b-41d4-a716-446655440000', '/things/{id}'],
    ['/things/550E8400E29B41D4A716446655440000', '/things/{id}'],
    ['/commit/deadbeefdeadbeef', '/commit/{id}'],
    ['/commit/3f2a9c01', '/commit/{id}'],
    ['/assets/app.3f2a9c01.js', '/assets/{id}.js'],
    ['/img/12345.png', '/img/{id}.png'],
    ['/mail/alice@example.com', '/mail/{id}'],
    ['/days/2024-01-31', '/days/{id}'],
    ['/days/2024-01-31T10:00:00Z/events', '/days/{id}/events'],
    ['/at/48.8566,2.3522', '/at/{id}'],
    ['/customers/cus_9s6XKzkNRiz8i3', '/customers/{id}'],
    ['/orders/order-12345', '/orders/{id}'],
    ['/tokens/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', '/tokens/{id}'],
    ['/search/%E4%BD%A0%E5%A5%BD', '/search/{id}'],
    ['/posts/how-to-write-a-good-article-about-route-templates', '/posts/{id}'],
    ['/oauth2/token', '/oauth2/token'],
    ['/files/readme.md', '/files/readme.md'],
    ['/api/1.0/users', '/api/1.0/users'],
    ['/cart;jsessionid=8A3F/items', '/cart/items'],
    ['http://example.com:8080/users/9', '/users/{id}'],
    ['http://example.com', '/'],
    ['/', '/'],
    ['*', '*'],
    ['', ''],
    ['/reset/hunter2SECRET', '/reset/{id}'],
    ['/reset/abcdef', '/reset/{id}'],
    ['/reset/REDACTED', '/reset/{id}'],
    ['/password-reset//abcdef/done', '/password-reset//{id}/done'],
    ['/users/verifyEmail/abcdef', '/users/verifyEmail/{id}'],
    ['/share/abcdef', '/share/{id}'],
    ['/token/refresh', '/token/refresh'],
    ['/token;v=1/abcdef', '/token/{id}'],
    ['/oauth/hunter2SECRET', '/oauth/{id}'],
    ['/x/s3cr3tpass-word', '/x/{id}'],
    ['/x/2hunterSECRET', '/x/{id}'],
    ['/oauth2/callback', '/oauth2/callback'],
    ['/oauth2-callback', '/oauth2-callback'],
    ['/apis/apps/v1beta1', '/apis/apps/v1beta1'],
    ['/step2/ipv4/k8s/base64url', '/step2/ipv4/k8s/base64url'],
    ['/users/', '/users/'],
    ['//double', '//double'],
  ])('%s is %s', (target, route) => {
    expect(templateRoute(target)).toBe(route);
    expect(templateRoute(target)).toBe(route);
  });

  it('is cut where it is deeper than any route', () => {
    expect(templateRoute('/a'.repeat(200))).toBe(`${'/a'.repeat(16)}/{*}`);
  });

  it('of a very long segment is short', () => {
    expect(templateRoute(`/x/${'y'.repeat(100_000)}`)).toBe('/x/{id}');
  });

  it('never throws and is its own route', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const routes = new RouteTemplates();
        const route = routes.template(`/${text}`);
        expect(new RouteTemplates().template(route)).toBe(route);
      }),
    );
  });
});

describe('a position that takes too many values', () => {
  /** Names without digits, so that only their number gives them away. */
  const word = (n: number) =>
    `w${[...n.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('')}`;

  it('becomes {*}, and what lies below is still told apart', () => {
    const routes = new RouteTemplates({ maxValues: 10 });
    for (let n = 0; n < 50; n++) routes.template(`/wiki/${word(n)}/edit`);
    expect(routes.template('/wiki/another/edit')).toBe('/wiki/{*}/edit');
    expect(routes.template('/wiki/another/view')).toBe('/wiki/{*}/view');
    expect(routes.template('/wiki/wa/edit')).toBe('/wiki/{*}/edit');
  });

  it('keeps the values that are asked for often', () => {
    const routes = new RouteTemplates({ maxValues: 10 });
    for (let n = 0; n < 100; n++) routes.template('/users/7');
    for (let n = 0; n < 50; n++) routes.template(`/${word(n)}.php`);
    expect(routes.template('/users/8')).toBe('/users/{id}');
    expect(routes.template('/wa.php')).toBe('/{*}');
  });

  it('leaves other positions alone', () => {
    const routes = new RouteTemplates({ maxValues: 10 });
    for (let n = 0; n < 50; n++) routes.template(`/wiki/${word(n)}`);
    expect(routes.template('/users/list')).toBe('/users/list');
  });

  it('gives a bounded number of routes to hostile paths', () => {
    const routes = new RouteTemplates({ maxValues: 20, maxPositions: 200, cacheSize: 50 });
    const seen = new Set<string>();
    for (let n = 0; n < 20_000; n++) seen.add(routes.template(`/${word(n % 97)}/${word(n % 89)}/${word(n)}`));
    expect(seen.size).toBeLessThan(700);
    const late = new Set<string>();
    for (let n = 20_000; n < 40_000; n++) late.add(routes.template(`/${word(n % 97)}/${word(n % 89)}/${word(n)}`));
    expect(late.size).toBeLessThanOrEqual(200);
  });
});
