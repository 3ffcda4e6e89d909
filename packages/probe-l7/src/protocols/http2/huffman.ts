import { CODE_LENGTHS, canonicalCodes, END_OF_STRING } from './huffman-code.js';

/** Set in a step that completes a symbol. */
const EMITS = 0x100;
/** The step leads out of the code. */
const FAILS = -1;

/**
 * Steps of the decoder by state and the next four bits: the symbol in the low byte, {@link EMITS}, the next state above. No
 * code is shorter than five bits, so that four bits complete one symbol at most.
 */
const steps = new Int32Array(256 * 16).fill(FAILS);
/** 1 for a state in which a string may end: less than a byte of ones (RFC 7541 §5.2). */
const accepts = new Uint8Array(256);

/** An inner node of the code's tree; leaves are symbols. */
type Node = { readonly state: number; readonly next: [Node | number | null, Node | number | null] };

build();

function build(): void {
  const nodes: Node[] = [];
  const make = (): Node => {
    const node: Node = { state: nodes.length, next: [null, null] };
    nodes.push(node);
    return node;
  };
  const root = make();
  canonicalCodes(CODE_LENGTHS).forEach((code, symbol) => {
    let node = root;
    for (let bit = CODE_LENGTHS[symbol]! - 1; bit > 0; bit--) {
      const way = ((code >>> bit) & 1) as 0 | 1;
      let next = node.next[way] as Node | null;
      if (next === null) {
        next = make();
        node.next[way] = next;
      }
      node = next;
    }
    node.next[(code & 1) as 0 | 1] = symbol;
  });
  for (const node of nodes)
    for (let nibble = 0; nibble < 16; nibble++) steps[node.state * 16 + nibble] = step(node, nibble, root);
  let padding: Node = root;
  for (let bits = 0; bits < 8; bits++) {
    accepts[padding.state] = 1;
    padding = padding.next[1] as Node;
  }
}

function step(from: Node, nibble: number, root: Node): number {
  let node = from;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = node.next[((nibble >> bit) & 1) as 0 | 1];
    if (next === null || next === END_OF_STRING) return FAILS;
    if (typeof next === 'number') {
      emitted = EMITS | next;
      node = root;
    } else node = next;
  }
  return (node.state << 9) | emitted;
}

/**
 * Decodes a Huffman-coded string (RFC 7541 §5.2), `bytes[start]` up to, not including, `bytes[end]`.
 *
 * @param into where the octets go; it must hold 8/5 of the coded length
 * @returns number of octets, or -1 for a malformed string
 */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let state = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    let taken = steps[(state << 4) | (byte >> 4)]!;
    if (taken < 0) return -1;
    if ((taken & EMITS) !== 0) into[length++] = taken;
    taken = steps[((taken >> 9) << 4) | (byte & 15)]!;
    if (taken < 0) return -1;
    if ((taken & EMITS) !== 0) into[length++] = taken;
    state = taken >> 9;
  }
  return accepts[state] === 1 ? length : -1;
}
