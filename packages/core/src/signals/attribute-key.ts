import type { Attributes, AttributeValue } from '../contracts/index.js';

/** Longest attribute value that a metric keeps, in UTF-16 units: what is longer is cut. */
export const MAX_ATTRIBUTE_LENGTH = 256;

/** The identity of a series: equal for equal attributes, whatever their order. */
export function attributeKey(attributes: Attributes): string {
  const names = Object.keys(attributes);
  if (names.length > 1) names.sort();
  let key = '';
  // Lengths instead of separators: no value can imitate another series.
  for (const name of names) {
    const value = JSON.stringify(attributes[name]);
    if (value !== undefined) key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** A copy that nobody else holds, with long strings cut and undefined values left out. */
export function ownAttributes(attributes: Attributes): Attributes {
  const copy: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) copy[name] = bounded(value);
  }
  return copy;
}

function bounded(value: AttributeValue): AttributeValue {
  return typeof value === 'string' && value.length > MAX_ATTRIBUTE_LENGTH
    ? value.slice(0, MAX_ATTRIBUTE_LENGTH)
    : value;
}
