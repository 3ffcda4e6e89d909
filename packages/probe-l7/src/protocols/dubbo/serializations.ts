import { BinaryReader } from './binary-reader.js';
import type { BodyReader } from './body-reader.js';
import { HessianReader } from './hessian.js';
import { JavaReader } from './java-reader.js';
import { JsonbReader } from './jsonb-reader.js';
import { LineReader } from './line-reader.js';

/** The reader of the serialization that nearly all speak. It serves all connections: results are taken at once. */
export const hessian = new HessianReader();
const java = new JavaReader(false);
const lines = new LineReader();

/** A serialization, by its number in the flags (`org.apache.dubbo.common.serialize.Constants`). */
export interface Serialization {
  readonly name: string;
  /** Reads the head of its bodies; null where bodies are not read. */
  readonly reader: BodyReader | null;
}

const known = new Map<number, Serialization>([
  [1, { name: 'dubbo', reader: null }],
  [2, { name: 'hessian2', reader: hessian }],
  [3, { name: 'java', reader: java }],
  [4, { name: 'compactedjava', reader: java }],
  [6, { name: 'fastjson', reader: lines }],
  [7, { name: 'nativejava', reader: new JavaReader(true) }],
  [8, { name: 'kryo', reader: new BinaryReader('kryo') }],
  [9, { name: 'fst', reader: null }],
  [10, { name: 'native-hessian', reader: hessian }],
  [11, { name: 'avro', reader: new BinaryReader('avro') }],
  [12, { name: 'protostuff', reader: new BinaryReader('protostuff') }],
  [16, { name: 'gson', reader: lines }],
  [21, { name: 'protobuf-json', reader: lines }],
  [22, { name: 'protobuf', reader: new BinaryReader('protobuf') }],
  [23, { name: 'fastjson2', reader: new JsonbReader() }],
  [25, { name: 'kryo2', reader: new BinaryReader('kryo') }],
  [27, { name: 'msgpack', reader: null }],
]);

const unknown = Array.from({ length: 32 }, (_, id): Serialization => ({ name: `unknown_${id}`, reader: null }));

/** The serialization of this number, 0 to 31. */
export function serialization(id: number): Serialization {
  return known.get(id) ?? unknown[id & 31]!;
}
