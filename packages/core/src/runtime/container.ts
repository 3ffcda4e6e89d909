import 'reflect-metadata';
import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { ConfigurationError, type Override, type Token } from '../contracts/index.js';

/**
 * The parts that one agent is made of, each under a token and made when it is first asked for. tsyringe is behind it and
 * stays there: authors of plugins see values, never the container. Two agents share nothing.
 *
 * Parts are registered by factories with explicit tokens, since esbuild emits no decorator metadata.
 */
export class Runtime {
  readonly #container: DependencyContainer = container.createChildContainer();
  readonly #overridden = new Set<symbol>();

  constructor(overrides: readonly Override[] = []) {
    for (const { token, value } of overrides) {
      if (typeof token?.key !== 'symbol') {
        throw new ConfigurationError('OVERRIDE_INVALID', 'an override names no token', {
          hint: 'write override(CLOCK, clock)',
        });
      }
      this.#container.register(token.key, { useValue: value });
      this.#overridden.add(token.key);
    }
  }

  /** Says how a part is made, unless an override takes its place. The part is made once. */
  provide<T>(token: Token<T>, make: (runtime: Runtime) => T): this {
    if (!this.#overridden.has(token.key)) {
      this.#container.register(token.key, { useFactory: instanceCachingFactory(() => make(this)) });
    }
    return this;
  }

  /** @throws ConfigurationError `PART_MISSING` if nobody provides it. */
  get<T>(token: Token<T>): T {
    if (!this.#container.isRegistered(token.key)) {
      throw new ConfigurationError('PART_MISSING', `nothing is provided for the token '${token.id}'`);
    }
    return this.#container.resolve<T>(token.key);
  }

  /** Whether an override stands in the place of a part. */
  overrides(token: Token<unknown>): boolean {
    return this.#overridden.has(token.key);
  }

  /** Forgets all parts. */
  clear(): void {
    this.#container.reset();
  }
}
