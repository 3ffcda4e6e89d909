import { describe, expect, it } from 'vitest';
import type { Exchange, Protocol } from '../../contracts/index.js';
import { fromPlainExchange, toPlainExchange } from './plain-exchange.js';

const plugin = { name: 'http2', variants: { grpc: {} } } as unknown as Protocol;
const exchange = { protocol: 'grpc', definition: plugin, name: 'shop.Cart/Add' } as unknown as Exchange;

describe('an exchange between threads', () => {
  it('keeps the name of its variant and finds the plugin that made it', () => {
    const received = structuredClone(toPlainExchange(exchange));
    const again = fromPlainExchange(received, new Map([['http2', plugin]]));
    expect(again).toMatchObject({ protocol: 'grpc', name: 'shop.Cart/Add' });
    expect(again!.definition).toBe(plugin);
  });

  it('is nothing where the plugin is missing', () => {
    expect(fromPlainExchange(toPlainExchange(exchange), new Map())).toBeNull();
  });
});
