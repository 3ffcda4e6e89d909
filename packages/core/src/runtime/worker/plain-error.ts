/** An error as it travels between threads. */
export interface PlainError {
  message: string;
  name: string;
  stack: string | undefined;
  /** Own fields: `code`, `hint`, the log of a verifier. */
  fields: Record<string, unknown>;
  /** Names of the class and its bases, for an error of Sonde's. */
  classes: string[] | null;
  cause: PlainError | null;
}

/** Where `SondeError` keeps the names of its classes, so that `instanceof` holds across installs and threads. */
const MARKER = Symbol.for('sonde.error');
const DEPTH = 4;

export function toPlainError(error: Error, depth = 0): PlainError {
  const { message, name, stack, cause, ...fields } = error as Error & Record<string, unknown>;
  const classes = (error as { [MARKER]?: string[] })[MARKER] ?? null;
  return {
    message: error.message,
    name: error.name,
    stack: error.stack,
    fields: plainFields(fields),
    classes,
    cause: error.cause instanceof Error && depth < DEPTH ? toPlainError(error.cause, depth + 1) : null,
  };
}

/** The error again; `instanceof` of Sonde's own classes holds. */
export function fromPlainError(plain: PlainError): Error {
  const { message, name, stack, fields, classes, cause } = plain;
  const options = cause === null ? undefined : { cause: fromPlainError(cause) };
  const error = new Error(message, options);
  Object.assign(error, fields);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  // `instanceof SondeError` looks at these names only.
  if (classes !== null) Object.defineProperty(error, MARKER, { value: classes });
  return error;
}

/** Fields in a form that can be sent: errors by their message, what can't be copied as text. */
export function plainFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return value.message;
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? String(value) : value;
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
