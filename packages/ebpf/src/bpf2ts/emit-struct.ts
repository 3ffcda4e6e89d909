import { emitWriters } from './emit-writers.js';
import { address, type Helper, isFixed, type Place, property, readBits, readScalar, valueType } from './expressions.js';
import type { FieldModel, StructModel } from './field-model.js';

/** What emitting a struct needs to know of the file around it. */
export interface EmitContext {
  /** Notes that the file must carry this helper. */
  need(helper: Helper): void;
}

/** Source of the exported accessors of one struct, and of the type that its `$read` returns. */
export function emitStruct(
  name: string,
  keyword: string,
  model: StructModel,
  writable: boolean,
  context: EmitContext,
): string {
  const start: Place = { offset: 0, index: '' };
  const offsets = model.fields.map((field) => `${property(field.name)}: ${field.offset}`);
  return `/** \`${keyword} ${name}\`, ${model.size} bytes. */
export interface ${name} ${valueType(model, '')}

/** Reads \`${keyword} ${name}\` at a byte offset of a view. Only strings, \`…Bytes\` and \`$read\` allocate. */
export const ${name} = {
  /** Bytes of the struct. */
  $size: ${model.size},
  /** Offset of each field, in bytes. */
  $offsets: {
${offsets.map((entry) => `    ${entry},\n`).join('')}  },
${emitFields(model, start, ['view: DataView', 'at: number'], '  ', context)}
  /** The whole struct as an object (allocates). */
  $read(view: DataView, at: number): ${name} {
    return ${emitRead(model, start, '    ', 0, context)};
  },
${writable ? emitWriters(name, model, context) : ''}};
`;
}

function emitFields(
  model: StructModel,
  base: Place,
  parameters: string[],
  indent: string,
  context: EmitContext,
): string {
  const taken = new Set(model.fields.map((field) => field.name));
  return model.fields.map((field) => emitField(field, base, parameters, indent, taken, context)).join('');
}

function emitField(
  field: FieldModel,
  base: Place,
  parameters: string[],
  indent: string,
  taken: ReadonlySet<string>,
  context: EmitContext,
): string {
  const { value } = field;
  const place: Place = { ...base, offset: base.offset + field.offset };
  const comment = `${indent}/** \`${field.type}\` */\n`;
  const method = (name: string, extra: string[], type: string, expression: string) =>
    `${indent}${name}(${[...parameters, ...extra].join(', ')}): ${type} {\n${indent}  return ${expression};\n${indent}},\n`;
  const name = property(field.name);

  switch (value.shape) {
    case 'scalar':
      return comment + method(name, [], valueType(value, ''), readScalar(value, place));
    case 'bits':
      return comment + method(name, [], value.as, readBits(value, place, context.need));
    case 'struct':
      return `${comment}${indent}${name}: {\n${emitFields(value, place, parameters, `${indent}  `, context)}${indent}},\n`;
    case 'array': {
      const { parameter, inner } = indexed(place, parameters.length, value.stride);
      if (value.element.shape === 'scalar') {
        return comment + method(name, [parameter], valueType(value.element, ''), readScalar(value.element, inner));
      }
      const fields = emitFields(value.element, inner, [...parameters, parameter], `${indent}  `, context);
      return `${comment}${indent}${name}: {\n${indent}  $length: ${value.length},\n${fields}${indent}},\n`;
    }
    case 'bytes': {
      const flexible = value.length === 0;
      const length = flexible ? 'length' : String(value.length);
      const extra = flexible ? ['length: number'] : [];
      const view = `new Uint8Array(view.buffer, view.byteOffset + ${address(place)}, ${length})`;
      const bytes = taken.has(`${field.name}Bytes`) ? '' : method(`${field.name}Bytes`, extra, 'Uint8Array', view);
      if (value.text) {
        context.need('text');
        return `${comment}${method(name, extra, 'string', `text(view, ${address(place)}, ${length})`)}${bytes}`;
      }
      const { parameter, inner } = indexed(place, parameters.length, 1);
      return `${comment}${method(name, [parameter], 'number', `view.getUint8(${address(inner)})`)}${bytes}`;
    }
  }
}

/** One more index: `index`, then `index2`, … */
function indexed(place: Place, parameters: number, stride: number): { parameter: string; inner: Place } {
  const variable = parameters === 2 ? 'index' : `index${parameters - 1}`;
  const term = stride === 1 ? variable : `${variable} * ${stride}`;
  const index = place.index === '' ? term : `${place.index} + ${term}`;
  return { parameter: `${variable}: number`, inner: { offset: place.offset, index } };
}

function emitRead(model: StructModel, base: Place, indent: string, depth: number, context: EmitContext): string {
  const inner = `${indent}  `;
  const entries = model.fields.filter(isFixed).map((field) => {
    const place = { ...base, offset: base.offset + field.offset };
    return `${inner}${property(field.name)}: ${readValue(field, place, inner, depth, context)},\n`;
  });
  return `{\n${entries.join('')}${indent}}`;
}

function readValue(field: FieldModel, place: Place, indent: string, depth: number, context: EmitContext): string {
  const { value } = field;
  switch (value.shape) {
    case 'scalar':
      return readScalar(value, place);
    case 'bits':
      return readBits(value, place, context.need);
    case 'struct':
      return emitRead(value, place, indent, depth, context);
    case 'bytes':
      if (value.text) return `text(view, ${address(place)}, ${value.length})`;
      return `new Uint8Array(view.buffer, view.byteOffset + ${address(place)}, ${value.length}).slice()`;
    case 'array': {
      const { parameter, inner } = indexed(place, depth + 2, value.stride);
      const variable = parameter.replace(': number', '');
      const element =
        value.element.shape === 'scalar'
          ? readScalar(value.element, inner)
          : `(${emitRead(value.element, inner, indent, depth + 1, context)})`;
      return `Array.from({ length: ${value.length} }, (_, ${variable}) => ${element})`;
    }
  }
}
