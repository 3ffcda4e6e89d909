import { Memo } from '../../memo.js';

/**
 * How the values of a column are laid out in a block.
 *
 * - `fixed`: `width` bytes each. `string`: each with its length before it.
 * - `nullable`: a byte for each value, then the values. `array`: where each ends, in 8 bytes, then all elements.
 * - `tuple`: one column after the other. `dictionary`: `LowCardinality`, keys and indexes.
 * - `unknown`: a type whose length can't be told without knowing more of ClickHouse than its protocol.
 */
export type ColumnLayout =
  | { readonly kind: 'fixed'; readonly width: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'nullable' | 'array' | 'dictionary'; readonly of: ColumnLayout }
  | { readonly kind: 'tuple'; readonly parts: readonly ColumnLayout[] }
  | { readonly kind: 'unknown' };

/** Types in types in types: no table has as many. */
const DEEPEST = 24;
/** Elements of a tuple. */
const WIDEST = 1000;

const UNKNOWN: ColumnLayout = { kind: 'unknown' };
const STRING: ColumnLayout = { kind: 'string' };
const fixed = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((width): ColumnLayout => ({ kind: 'fixed', width }));
const WIDE: Record<number, ColumnLayout> = {
  16: { kind: 'fixed', width: 16 },
  32: { kind: 'fixed', width: 32 },
};
const widthOf = (bytes: number): ColumnLayout => WIDE[bytes] ?? fixed[bytes]!;
const FLOAT64 = widthOf(8);
const POINT: ColumnLayout = { kind: 'tuple', parts: [FLOAT64, FLOAT64] };
const arrayOf = (of: ColumnLayout): ColumnLayout => ({ kind: 'array', of });

/** Types by their name, without what stands in parentheses behind it. */
const SIMPLE = new Map<string, ColumnLayout>([
  ...['UInt8', 'Int8', 'Bool', 'Enum8', 'Nothing'].map((name) => [name, widthOf(1)] as const),
  ...['UInt16', 'Int16', 'Date', 'Enum16', 'BFloat16'].map((name) => [name, widthOf(2)] as const),
  ...['UInt32', 'Int32', 'Float32', 'DateTime', 'Date32', 'IPv4', 'Decimal32', 'Time'].map(
    (name) => [name, widthOf(4)] as const,
  ),
  ...['UInt64', 'Int64', 'Float64', 'DateTime64', 'Decimal64', 'Time64'].map((name) => [name, widthOf(8)] as const),
  ...['UInt128', 'Int128', 'UUID', 'IPv6', 'Decimal128'].map((name) => [name, widthOf(16)] as const),
  ...['UInt256', 'Int256', 'Decimal256'].map((name) => [name, widthOf(32)] as const),
  ...[
    'Nanosecond',
    'Microsecond',
    'Millisecond',
    'Second',
    'Minute',
    'Hour',
    'Day',
    'Week',
    'Month',
    'Quarter',
    'Year',
  ].map((unit) => [`Interval${unit}`, widthOf(8)] as const),
  ['String', STRING],
  ['Point', POINT],
  ['Ring', arrayOf(POINT)],
  ['LineString', arrayOf(POINT)],
  ['MultiLineString', arrayOf(arrayOf(POINT))],
  ['Polygon', arrayOf(arrayOf(POINT))],
  ['MultiPolygon', arrayOf(arrayOf(arrayOf(POINT)))],
]);

const layouts = new Memo((type) => parse(type.trim(), DEEPEST), 1024);

/** Layout of a type as ClickHouse writes it: `Array(Nullable(String))`. */
export function columnLayout(type: string): ColumnLayout {
  return layouts.get(type);
}

function parse(type: string, depth: number): ColumnLayout {
  const open = type.indexOf('(');
  const name = open < 0 ? type : type.slice(0, open);
  const inner = open < 0 || !type.endsWith(')') ? '' : type.slice(open + 1, -1);
  if (depth === 0) return UNKNOWN;
  switch (name) {
    case 'Nullable':
    case 'LowCardinality': {
      const of = parse(inner.trim(), depth - 1);
      return of === UNKNOWN ? UNKNOWN : { kind: name === 'Nullable' ? 'nullable' : 'dictionary', of };
    }
    case 'Array': {
      const of = parse(inner.trim(), depth - 1);
      return of === UNKNOWN ? UNKNOWN : arrayOf(of);
    }
    case 'Map':
    case 'Nested': {
      const of = tuple(inner, depth);
      return of === UNKNOWN ? UNKNOWN : arrayOf(of);
    }
    case 'Tuple':
      return tuple(inner, depth);
    case 'SimpleAggregateFunction':
      return parse(arguments_(inner)[1] ?? '', depth - 1);
    case 'FixedString': {
      const width = Number(inner);
      return Number.isSafeInteger(width) && width > 0 && width < 0x100_0000 ? { kind: 'fixed', width } : UNKNOWN;
    }
    case 'Decimal':
      return decimal(Number.parseInt(inner, 10));
    default:
      return SIMPLE.get(name) ?? UNKNOWN;
  }
}

function decimal(precision: number): ColumnLayout {
  if (!(precision >= 1 && precision <= 76)) return UNKNOWN;
  return widthOf(precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32);
}

/** Elements may have names: `Tuple(a String, b Array(UInt8))`. */
function tuple(inner: string, depth: number): ColumnLayout {
  const elements = arguments_(inner);
  if (elements.length === 0 || elements.length > WIDEST) return UNKNOWN;
  const parts: ColumnLayout[] = [];
  for (const element of elements) {
    const part = parse(withoutName(element), depth - 1);
    if (part === UNKNOWN) return UNKNOWN;
    parts.push(part);
  }
  return { kind: 'tuple', parts };
}

function withoutName(element: string): string {
  const quoted = /^(?:`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")\s+/.exec(element);
  if (quoted !== null) return element.slice(quoted[0].length);
  const named = /^\w+\s+/.exec(element);
  return named === null ? element : element.slice(named[0].length);
}

/** What commas separate, outside parentheses and quotes. */
function arguments_(inner: string): string[] {
  const all: string[] = [];
  let depth = 0;
  let from = 0;
  let quote = '';
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at]!;
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '`' || character === '"') quote = character;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      all.push(inner.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = inner.slice(from).trim();
  if (last !== '') all.push(last);
  return all;
}
