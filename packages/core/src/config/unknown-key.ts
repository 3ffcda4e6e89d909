import type { z } from 'zod';

/** A key that no schema asks for. */
export interface UnknownKey {
  path: readonly string[];
  key: string;
  /** Keys that are known in its place. */
  known: readonly string[];
}

/** The parts of a zod schema that are looked at here; zod calls them its public introspection. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  catchall?: z.ZodType;
}

/**
 * The first key of `value`, at any depth, that an object schema doesn't have. zod drops such keys unless an author
 * remembers to make every nested schema strict; a misspelt option must not pass in silence.
 */
export function findUnknownKey(schema: z.ZodType, value: unknown, path: readonly string[] = []): UnknownKey | null {
  if (value === null || typeof value !== 'object') return null;
  const definition = schema._zod.def as unknown as Definition;
  const inner = definition.innerType ?? definition.in;
  if (inner !== undefined) return findUnknownKey(inner, value, path);
  switch (definition.type) {
    case 'object':
      return inObject(definition, value as Record<string, unknown>, path);
    case 'array':
      return inEach(Array.isArray(value) ? value.entries() : [], () => definition.element, path);
    case 'record':
      // JSON may hold such a key; no object that is made of it would.
      if (Object.hasOwn(value, '__proto__')) return { path, key: '__proto__', known: [] };
      return inEach(Object.entries(value), () => definition.valueType, path);
    default:
      return null;
  }
}

function inObject(definition: Definition, value: Record<string, unknown>, path: readonly string[]): UnknownKey | null {
  const shape = definition.shape ?? {};
  const open = definition.catchall !== undefined && definition.catchall._zod.def.type !== 'never';
  for (const key of Object.keys(value)) {
    if (!open && !Object.hasOwn(shape, key)) return { path, key, known: Object.keys(shape) };
  }
  return inEach(Object.entries(value), (key) => (Object.hasOwn(shape, key) ? shape[key] : undefined), path);
}

function inEach(
  entries: Iterable<[string | number, unknown]>,
  schemaOf: (key: string) => z.ZodType | undefined,
  path: readonly string[],
): UnknownKey | null {
  for (const [key, child] of entries) {
    const schema = schemaOf(String(key));
    const found = schema === undefined ? null : findUnknownKey(schema, child, [...path, String(key)]);
    if (found !== null) return found;
  }
  return null;
}
