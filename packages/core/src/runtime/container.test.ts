import { describe, expect, it } from 'vitest';
import { Runtime } from './container.js';
import { createToken, override } from './token.js';

const NUMBER = createToken<number>('test.number');
const LIST = createToken<number[]>('test.list');

describe('Runtime', () => {
  it('makes a part when it is first asked for, and once', () => {
    let made = 0;
    const runtime = new Runtime()
      .provide(LIST, (parts) => {
        made++;
        return [parts.get(NUMBER)];
      })
      .provide(NUMBER, () => 7);
    expect(made).toBe(0);
    expect(runtime.get(LIST)).toEqual([7]);
    expect(runtime.get(LIST)).toBe(runtime.get(LIST));
    expect(made).toBe(1);
  });

  it('lets an override win over what is provided, also for whoever depends on it', () => {
    const runtime = new Runtime([override(NUMBER, 1)])
      .provide(NUMBER, () => 7)
      .provide(LIST, (parts) => [parts.get(NUMBER)]);
    expect(runtime.get(LIST)).toEqual([1]);
    expect([runtime.overrides(NUMBER), runtime.overrides(LIST)]).toEqual([true, false]);
  });

  it('shares nothing between two agents', () => {
    const make = () => new Runtime().provide(LIST, () => [0]);
    const [a, b] = [make(), make()];
    a.get(LIST).push(1);
    expect(b.get(LIST)).toEqual([0]);
  });

  it('says which part is missing', () => {
    expect(() => new Runtime().get(NUMBER)).toThrowError(/'test\.number'/);
    const runtime = new Runtime().provide(NUMBER, () => 1);
    runtime.clear();
    expect(() => runtime.get(NUMBER)).toThrowError(expect.objectContaining({ code: 'PART_MISSING' }));
  });

  it('refuses an override without a token', () => {
    expect(() => new Runtime([{ token: undefined as never, value: 1 }])).toThrowError(
      expect.objectContaining({ code: 'OVERRIDE_INVALID' }),
    );
  });

  it('knows a token by its id, so that two installs of core agree', () => {
    expect(new Runtime([override(createToken<number>('test.number'), 5)]).get(NUMBER)).toBe(5);
  });
});
