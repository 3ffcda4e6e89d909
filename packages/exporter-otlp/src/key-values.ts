import type { Attributes, AttributeValue } from '@sonde/core';
import type { AnyValue, KeyValue } from './otlp-model.js';

/** Longest attribute value that is sent, in UTF-16 units: what is longer is cut. */
const MAX_LENGTH = 4096;

/** Attributes as OTLP writes them. */
export function keyValues(attributes: Attributes, without?: ReadonlySet<string>): KeyValue[] {
  const list: KeyValue[] = [];
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined || value === null || without?.has(key)) continue;
    list.push({ key, value: anyValue(value) });
  }
  return list;
}

/** A number as OTLP/JSON writes doubles. */
export function doubleValue(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** Text that every JSON reader takes: bounded, and without halves of surrogate pairs. */
export function cleanText(text: string): string {
  const short = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
  return LONE_SURROGATE.test(short) ? short.replace(LONE_SURROGATES, '\ufffd') : short;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

function anyValue(value: AttributeValue): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: cleanText(value) };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: doubleValue(value) };
    default:
      return Array.isArray(value)
        ? { arrayValue: { values: value.map((each: string | number) => anyValue(each)) } }
        : { stringValue: cleanText(String(value)) };
  }
}
