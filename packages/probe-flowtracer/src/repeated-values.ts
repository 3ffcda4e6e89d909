import { formatAddress } from '@sonde/core';
import type { FlowProcess } from './flow.js';

/** Values kept; more than that make a new start. */
const CAPACITY = 4096;

/** Bytes of an array in a record, one by one or as a view: accessors that `bpf2ts` makes. */
export interface ByteArray {
  at(view: DataView, record: number, index: number): number;
  bytes(view: DataView, record: number): Uint8Array;
}

/** Flows have few addresses and processes: each is made into text once and not for each flow. */
export class RepeatedValues {
  readonly #addresses = new Map<number, string>();
  readonly #processes = new Map<number, FlowProcess>();

  /** The text of an IPv4 address in the first four bytes of an array. */
  ipv4(array: ByteArray, view: DataView, record: number): string {
    const { at } = array;
    const high = at(view, record, 0) * 0x1_00_00_00 + (at(view, record, 1) << 16);
    const number = high + (at(view, record, 2) << 8) + at(view, record, 3);
    let text = this.#addresses.get(number);
    if (text === undefined) {
      if (this.#addresses.size >= CAPACITY) this.#addresses.clear();
      text = formatAddress(array.bytes(view, record), 0, 4);
      this.#addresses.set(number, text);
    }
    return text;
  }

  /** A process by its id and the zero-ended name in an array, which may change while the process lives. */
  process(pid: number, name: ByteArray, view: DataView, record: number): FlowProcess {
    const known = this.#processes.get(pid);
    if (known !== undefined && isName(known.name, name, view, record)) return known;
    if (this.#processes.size >= CAPACITY) this.#processes.clear();
    const bytes = name.bytes(view, record);
    const end = bytes.indexOf(0);
    const process = { pid, name: new TextDecoder().decode(bytes.slice(0, end < 0 ? bytes.length : end)) };
    this.#processes.set(pid, process);
    return process;
  }
}

/** False for a name beyond ASCII, too, which is decoded each time. */
function isName(text: string, name: ByteArray, view: DataView, record: number): boolean {
  const { length } = text;
  if (length < 16 && name.at(view, record, length) !== 0) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f || code !== name.at(view, record, index)) return false;
  }
  return true;
}
