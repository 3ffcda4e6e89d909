import { describe, expect, it } from 'vitest';
import { columnLayout } from './column-layout.js';

const fixed = (width: number) => ({ kind: 'fixed', width });
const STRING = { kind: 'string' };

describe('the layout of a column', () => {
  it.each([
    ['UInt8', 1],
    ['Bool', 1],
    ["Enum8('a' = 1, 'b(' = 2)", 1],
    ['Int16', 2],
    ['Date', 2],
    ['BFloat16', 2],
    ['Float32', 4],
    ['DateTime', 4],
    ["DateTime('Europe/Berlin')", 4],
    ['IPv4', 4],
    ['Decimal(9, 2)', 4],
    ['UInt64', 8],
    ["DateTime64(3, 'UTC')", 8],
    ['IntervalDay', 8],
    ['Decimal(10, 2)', 8],
    ['Decimal(18, 2)', 8],
    ['UUID', 16],
    ['IPv6', 16],
    ['Decimal(19, 2)', 16],
    ['Decimal(38, 2)', 16],
    ['Int256', 32],
    ['Decimal(39, 2)', 32],
    ['FixedString(7)', 7],
    ['  UInt8 ', 1],
  ])('of %s has a fixed width of %d', (type, width) => expect(columnLayout(type)).toEqual(fixed(width)));

  it.each([
    ['String', STRING],
    ['Nullable(String)', { kind: 'nullable', of: STRING }],
    ['LowCardinality(Nullable(String))', { kind: 'dictionary', of: { kind: 'nullable', of: STRING } }],
    ['Array(Array(UInt8))', { kind: 'array', of: { kind: 'array', of: fixed(1) } }],
    ['Map(String, UInt64)', { kind: 'array', of: { kind: 'tuple', parts: [STRING, fixed(8)] } }],
    ['Nested(a String, b Date)', { kind: 'array', of: { kind: 'tuple', parts: [STRING, fixed(2)] } }],
    ['Tuple(String, UInt8)', { kind: 'tuple', parts: [STRING, fixed(1)] }],
    ['Tuple(a String, `b, c` UInt8, "d (" Date)', { kind: 'tuple', parts: [STRING, fixed(1), fixed(2)] }],
    ["Tuple(Enum8('a, b' = 1), String)", { kind: 'tuple', parts: [fixed(1), STRING] }],
    ['SimpleAggregateFunction(sum, UInt64)', fixed(8)],
    ['Ring', { kind: 'array', of: { kind: 'tuple', parts: [fixed(8), fixed(8)] } }],
  ])('of %s is that of its parts', (type, layout) => expect(columnLayout(type)).toEqual(layout));

  it.each([
    ...['', 'NoSuchType', 'Array()', 'Array(NoSuchType)', 'Tuple()', 'Nullable(Dynamic)', 'Decimal(0, 0)'],
    ...['Decimal(77, 0)', 'Decimal(x)', 'FixedString(x)', 'FixedString(-1)', 'FixedString(99999999999)'],
    ...['AggregateFunction(uniq, String)', 'Variant(String)', 'Object(json)', 'Map(String, JSON)'],
    `Tuple(${new Array(1001).fill('UInt8').join(', ')})`,
  ])('of %s is not known', (type) => expect(columnLayout(type)).toEqual({ kind: 'unknown' }));

  it('is the same object each time', () => {
    expect(columnLayout('Array(Nullable(UUID))')).toBe(columnLayout('Array(Nullable(UUID))'));
  });
});
