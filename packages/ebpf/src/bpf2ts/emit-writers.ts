import type { EmitContext } from './emit-struct.js';
import { address, isFixed, type Place, property, writeScalar } from './expressions.js';
import type { FieldModel, StructModel } from './field-model.js';

/** Source of `$write` and `$encode` of one struct. */
export function emitWriters(name: string, model: StructModel, context: EmitContext): string {
  const lines = writeFields(model, { offset: 0, index: '' }, 'value', '    ', 0, context);
  return `
  /** Writes the fields that are given and leaves the others as they are. */
  $write(view: DataView, at: number, value: Partial<${name}>): void {
${lines}  },

  /** The struct with these fields, and zero in all others: a key or value for a map. */
  $encode(value: Partial<${name}>): Uint8Array {
    const bytes = new Uint8Array(${model.size});
    ${name}.$write(new DataView(bytes.buffer), 0, value);
    return bytes;
  },
`;
}

function writeFields(
  model: StructModel,
  base: Place,
  object: string,
  indent: string,
  depth: number,
  context: EmitContext,
): string {
  return model.fields
    .filter(isFixed)
    .map((field) => {
      const place = { ...base, offset: base.offset + field.offset };
      const source = field.name === '__proto__' ? `${object}['__proto__']` : `${object}.${property(field.name)}`;
      const body = writeValue(field, place, source, `${indent}  `, depth, context);
      return `${indent}if (${source} !== undefined) {\n${body}${indent}}\n`;
    })
    .join('');
}

function writeValue(
  field: FieldModel,
  place: Place,
  source: string,
  indent: string,
  depth: number,
  context: EmitContext,
): string {
  const { value } = field;
  switch (value.shape) {
    case 'scalar':
      return `${indent}${writeScalar(value, place, source)}\n`;
    case 'bits':
      context.need('writeBits');
      return `${indent}writeBits(view, ${address(place)}, ${value.shift}, ${value.width}, Number(${source}));\n`;
    case 'bytes':
      context.need('writeBytes');
      return `${indent}writeBytes(view, ${address(place)}, ${value.length}, ${source});\n`;
    case 'struct':
      return writeFields(value, place, source, indent, depth, context);
    case 'array': {
      const index = depth === 0 ? 'index' : `index${depth + 1}`;
      const term = `${index} * ${value.stride}`;
      const inner = { offset: place.offset, index: place.index === '' ? term : `${place.index} + ${term}` };
      const element = `element${depth === 0 ? '' : depth + 1}`;
      const body =
        value.element.shape === 'scalar'
          ? `${indent}  ${writeScalar(value.element, inner, element)}\n`
          : writeFields(value.element, inner, element, `${indent}  `, depth + 1, context);
      return `${indent}for (const [${index}, ${element}] of ${source}.slice(0, ${value.length}).entries()) {\n${body}${indent}}\n`;
    }
  }
}
