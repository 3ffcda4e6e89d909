import { difference, digest } from '../digest.js';
import type { SampleCheck } from './bench.js';

/** The memory of each chunk is overwritten when the call is over: whatever was kept of it would show. */
export const keepsNothing: SampleCheck = (bench) =>
  bench.each(1, () => difference(bench.plain, bench.play(bench.sample.turns, { overwrite: true })));

/** The same bytes give the same account. */
export const deterministic: SampleCheck = (bench) =>
  bench.each(3, () => difference(bench.plain, bench.play(bench.sample.turns, { overwrite: false })));

/** Two connections whose writes alternate don't learn of one another. */
export const isolated: SampleCheck = (bench) =>
  bench.each(1, () => {
    const talk = bench.talk({}, 2);
    for (const { fromClient, bytes } of bench.sample.turns) talk.say(fromClient, bytes).say(fromClient, bytes, 1);
    const exchanges = talk.close();
    if (exchanges.length !== 2 * bench.plain.length) {
      return `two connections gave ${exchanges.length} exchanges, one gives ${bench.plain.length}`;
    }
    const ports = [40_000, 40_001].map((port) => exchanges.filter(({ client }) => client?.port === port).map(digest));
    return difference(bench.plain, ports[0]!) ?? difference(bench.plain, ports[1]!);
  });

/** Messages are plain data, names and errors are short, and attributes are what OpenTelemetry allows. */
export const plainData: SampleCheck = (bench) =>
  bench.each(1, () => {
    const talk = bench.talk();
    for (const { fromClient, bytes } of bench.sample.turns) talk.say(fromClient, bytes);
    for (const { request, response, name, error, attributes } of talk.close()) {
      structuredClone([request, response]);
      if (typeof name !== 'string' || name === '' || name.length > 255) return `the name is ${JSON.stringify(name)}`;
      if (error !== null && (error === '' || error.length > 255)) return `the error is ${JSON.stringify(error)}`;
      for (const [attribute, value] of Object.entries(attributes)) {
        const scalars = Array.isArray(value) ? value : [value];
        if (scalars.some((item) => !['string', 'number', 'boolean'].includes(typeof item) || Number.isNaN(item))) {
          return `the attribute ${attribute} is ${String(value)}`;
        }
      }
    }
    return null;
  });
