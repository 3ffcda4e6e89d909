import { readFileSync } from 'node:fs';
import type { BlockEnd, HpackDecoder } from './hpack.js';

/** A header field as a test sees it; null is unknown. */
export type Header = [name: string | null, value: string | null];

/** One header block of a story, with the list that it must give. */
export interface Case {
  wire: Buffer;
  headers: [string, string][];
}

/** Reads a story of hpack-test-case: blocks of one connection, in order. */
export function readStory(file: URL): Case[] {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
    cases: { wire: string; headers: Record<string, string>[] }[];
  };
  return cases.map(({ wire, headers }) => ({
    wire: Buffer.from(wire, 'hex'),
    headers: headers.flatMap((header) => Object.entries(header)),
  }));
}

/** Decodes a block whole; what the block lies in is larger, so that a decoder that looks beyond it shows. */
export function decodeBlock(decoder: HpackDecoder, block: Uint8Array): { end: BlockEnd; headers: Header[] } {
  const bytes = Buffer.concat([Buffer.alloc(3, 0x82), block, Buffer.alloc(5, 0x82)]);
  const headers: Header[] = [];
  const header = (_field: number, name: string | null, value: string | null) => void headers.push([name, value]);
  return { end: decoder.decode(bytes, 3, 3 + block.length, { header }), headers };
}
