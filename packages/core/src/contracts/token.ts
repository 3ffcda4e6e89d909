/** Names a part of the runtime, and knows its type. Made by `createToken`. */
export interface Token<T> {
  readonly id: string;
  /** What the container keeps the part under. */
  readonly key: symbol;
  /** Only for the type system. */
  readonly type?: T;
}

/** A replacement for a part of the runtime. Made by `override(token, value)`. */
export interface Override {
  readonly token: Token<unknown>;
  readonly value: unknown;
}
