import type { Override, Token } from '../contracts/index.js';

/** Makes a token. The same id gives an equal token, also across duplicate installs of this package. */
export function createToken<T>(id: string): Token<T> {
  return Object.freeze({ id, key: Symbol.for(`sonde.token.${id}`) });
}

/** Puts `value` in the place of a part of the runtime: `createAgent({ overrides: [override(CLOCK, myClock)] })`. */
export function override<T>(token: Token<T>, value: T): Override {
  return { token, value };
}
