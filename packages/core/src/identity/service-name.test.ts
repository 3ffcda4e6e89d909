import { describe, expect, it } from 'vitest';
import { serviceName } from './service-name.js';

describe('serviceName', () => {
  it.each([
    ['nginx', '/usr/sbin/nginx', 'nginx: worker process'],
    ['checkout', '/usr/bin/node', 'node checkout.js'],
    ['checkout', '/usr/bin/node', 'node --enable-source-maps -r ./hook.js /srv/checkout.mjs --port 80'],
    ['shop', '/usr/bin/node', 'node /srv/shop/dist/index.js'],
    ['server', '/usr/bin/node', 'node server.js'],
    ['node', '/usr/bin/node', 'node -e 1'],
    ['node', '/usr/bin/node', 'node'],
    ['flask', '/usr/bin/python3.11', 'python3 -m flask run'],
    ['billing', '/usr/bin/python3.11', 'python3 -u -W ignore /opt/billing.py'],
    ['worker', '/usr/bin/ruby3.1', 'ruby -I lib worker.rb'],
    ['orders', '/jvm/bin/java', 'java -Xmx1g -jar /opt/orders.jar --server.port=1'],
    ['CassandraDaemon', '/jvm/bin/java', 'java -ea -cp a:b org.apache.cassandra.service.CassandraDaemon'],
    ['app.shop/main.Main', '/jvm/bin/java', 'java -p mods -m app.shop/main.Main'],
    ['java', '/jvm/bin/java', 'java'],
  ])('is %s for %s %s', (name, executable, commandLine) => {
    expect(serviceName({}, executable, commandLine.split(' '))).toBe(name);
  });

  it('is what OpenTelemetry was told, before anything else', () => {
    expect(serviceName({ OTEL_SERVICE_NAME: 'a', OTEL_RESOURCE_ATTRIBUTES: 'service.name=b' }, '/x', [])).toBe('a');
    expect(serviceName({ OTEL_RESOURCE_ATTRIBUTES: 'k=v, service.name=my%20shop' }, '/x', [])).toBe('my shop');
    expect(serviceName({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=100%' }, '/x', [])).toBe('100%');
    expect(serviceName({ OTEL_SERVICE_NAME: '', OTEL_RESOURCE_ATTRIBUTES: 'service.name=' }, '/x', [])).toBe('x');
  });

  it('falls back on the first argument, and on nothing', () => {
    expect(serviceName({}, null, ['/opt/tool', '-x'])).toBe('tool');
    expect(serviceName({}, null, [])).toBeNull();
  });
});
