const marker = Symbol.for('sonde.error');

/**
 * Base of all errors that Sonde throws: one line of message, a stable `code` to decide by, a `hint` that says what to
 * do. `instanceof` holds across duplicate installs, by class name.
 */
export class SondeError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
    const names: string[] = [];
    for (let type: { name: string } | null = new.target; type?.name; type = Object.getPrototypeOf(type)) {
      names.push(type.name);
    }
    Object.defineProperty(this, marker, { value: names });
  }

  static override [Symbol.hasInstance](this: { name: string }, value: unknown): boolean {
    const names = (value as { [marker]?: string[] } | null)?.[marker];
    return Array.isArray(names) && names.includes(this.name);
  }
}

/** Options, selectors or plugins that can't work together. The command exits with 2. */
export class ConfigurationError extends SondeError {}

/** The kernel or the privileges lack something. The command exits with 3. */
export class CapabilityError extends SondeError {}
