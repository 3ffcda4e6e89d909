/** Types of a field. `str`, `bytes` and `records` may be null; booleans are `i8`. */
export type FieldType = 'i8' | 'i16' | 'i32' | 'i64' | 'uuid' | 'str' | 'bytes' | 'records' | 'struct';

/** What a field means, or null for one that is only stepped over. */
export type Role =
  | 'topic'
  | 'topicId'
  | 'named'
  | 'partition'
  | 'records'
  | 'error'
  | 'offset'
  | 'highWatermark'
  | 'group'
  | 'transactionalId'
  | 'acks'
  | 'mechanism'
  | 'key'
  | 'keyType';

/** One field as one version of a message has it. */
export interface Field {
  type: FieldType;
  role: Role | null;
  array: boolean;
  /** Fields of a `struct`. */
  fields: readonly Field[];
}

/** Reads a layout (see `LAYOUTS`) for one version: the fields that this version has. */
export function readLayout(text: string, version: number): readonly Field[] {
  const tokens = text.trim().split(/\s+/);
  const fields = readFields(tokens, version);
  return fields;
}

function readFields(tokens: string[], version: number): Field[] {
  const fields: Field[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (token.startsWith(']')) {
      tokens.unshift(token);
      return fields;
    }
    if (token === '[') {
      const inner = readFields(tokens, version);
      const close = tokens.shift() ?? ']';
      if (holds(close.slice(2), version)) fields.push({ type: 'struct', role: null, array: true, fields: inner });
      continue;
    }
    const [what = '', versions = ''] = token.split('@');
    if (!holds(versions, version)) continue;
    const colon = what.indexOf(':');
    const type = what.slice(colon + 1);
    const array = type.endsWith('[]');
    fields.push({
      type: (array ? type.slice(0, -2) : type) as FieldType,
      role: colon < 0 ? null : (what.slice(0, colon) as Role),
      array,
      fields: [],
    });
  }
  return fields;
}

/** Whether a version is in `3+`, `0-7`, `2`, or anything at all when empty. */
function holds(versions: string, version: number): boolean {
  if (versions === '') return true;
  if (versions.endsWith('+')) return version >= Number(versions.slice(0, -1));
  const [from, to = from] = versions.split('-');
  return version >= Number(from) && version <= Number(to);
}
