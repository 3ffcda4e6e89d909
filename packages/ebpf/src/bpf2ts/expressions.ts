import type { BitsModel, FieldModel, ScalarModel, ValueModel } from './field-model.js';

/** Name of a helper that the generated file has to carry. */
export type Helper = 'text' | 'readBits' | 'writeBits' | 'writeBytes';

const high = '0x1_0000_0000';

/** `at` plus a constant and, inside arrays, plus index times stride. */
export interface Place {
  readonly offset: number;
  /** `index * 16`, or empty. */
  readonly index: string;
}

/** The place as an expression: `at + 8 + index * 16`. */
export function address({ offset, index }: Place, more = 0): string {
  const sum = offset + more;
  return ['at', sum === 0 ? '' : String(sum), index].filter((term) => term !== '').join(' + ');
}

/** Reads a number, a bigint or a boolean. */
export function readScalar(scalar: ScalarModel, place: Place): string {
  const at = address(place);
  const sign = scalar.signed ? 'Int' : 'Uint';
  const little = scalar.bigEndian ? 'false' : 'true';
  if (scalar.as === 'float') return `view.getFloat${scalar.size * 8}(${at}, true)`;
  if (scalar.as === 'bigint') {
    if (scalar.size !== 8) return `BigInt(${readScalar({ ...scalar, as: 'number' }, place)})`;
    return `view.getBig${sign}64(${at}, ${little})`;
  }
  let number = `view.get${sign}${scalar.size * 8}(${at}${scalar.size === 1 ? '' : `, ${little}`})`;
  if (scalar.size === 8) {
    const [lowAt, highAt] = scalar.bigEndian ? [address(place, 4), at] : [at, address(place, 4)];
    number = `view.getUint32(${lowAt}, ${little}) + view.get${sign}32(${highAt}, ${little}) * ${high}`;
  }
  return scalar.as === 'boolean' ? `(${number}) !== 0` : number;
}

/** Writes what {@link readScalar} reads. */
export function writeScalar(scalar: ScalarModel, place: Place, value: string): string {
  const at = address(place);
  const sign = scalar.signed ? 'Int' : 'Uint';
  const little = scalar.bigEndian ? 'false' : 'true';
  if (scalar.as === 'float') return `view.setFloat${scalar.size * 8}(${at}, ${value}, true);`;
  if (scalar.size === 8) {
    const wide = scalar.as === 'bigint' ? value : `BigInt(${value})`;
    return `view.setBig${sign}64(${at}, ${wide}, ${little});`;
  }
  const narrow = scalar.as === 'number' ? value : `Number(${value})`;
  return `view.set${sign}${scalar.size * 8}(${at}, ${narrow}${scalar.size === 1 ? '' : `, ${little}`});`;
}

/** Reads a bitfield: inline where its bits lie in at most four bytes, else by the helper `readBits`. */
export function readBits(bits: BitsModel, place: Place, need: (helper: Helper) => void): string {
  let value: string;
  const bytes = Math.ceil((bits.shift + bits.width) / 8);
  if (bytes === 1) {
    const byte = `view.getUint8(${address(place)})`;
    value = `${bits.shift === 0 ? byte : `(${byte} >>> ${bits.shift})`} & ${2 ** bits.width - 1}`;
  } else {
    need('readBits');
    value = `readBits(view, ${address(place)}, ${bits.shift}, ${bits.width})`;
  }
  if (bits.as === 'boolean') return `(${value}) !== 0`;
  if (!bits.signed) return value;
  const unused = 32 - bits.width;
  if (bits.width <= 32) return unused === 0 ? `${value} | 0` : `((${value}) << ${unused}) >> ${unused}`;
  return `Number(BigInt.asIntN(${bits.width}, BigInt(${value})))`;
}

/** The TypeScript type of a value as `$read` returns it. */
export function valueType(value: ValueModel, indent: string): string {
  switch (value.shape) {
    case 'scalar':
      return value.as === 'float' ? 'number' : value.as;
    case 'bits':
      return value.as;
    case 'bytes':
      return value.text ? 'string' : 'Uint8Array';
    case 'array':
      return value.element.shape === 'scalar'
        ? `${valueType(value.element, indent)}[]`
        : `Array<${valueType(value.element, indent)}>`;
    case 'struct': {
      const fields = value.fields
        .filter(isFixed)
        .map((field) => `${indent}  ${property(field.name)}: ${valueType(field.value, `${indent}  `)};\n`);
      return `{\n${fields.join('')}${indent}}`;
    }
  }
}

/** False for flexible arrays, whose length only the program knows. */
export function isFixed(field: FieldModel): boolean {
  return !((field.value.shape === 'bytes' || field.value.shape === 'array') && field.value.length === 0);
}

/** A field's name as a key of an object literal. */
export function property(name: string): string {
  return name === '__proto__' ? "['__proto__']" : name;
}
