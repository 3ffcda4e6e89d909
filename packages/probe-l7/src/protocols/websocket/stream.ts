import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { CONTROL, type WebsocketControl, type WebsocketMessage, type WebsocketOperation } from './messages.js';

const FIN = 0x80;
const COMPRESSED = 0x40;
const RESERVED = 0x30;
const MASKED = 0x80;
const CLOSE = 8;
const LONGEST_CONTROL = 125;

const OPERATIONS: readonly (WebsocketOperation | null)[] = [
  ...[null, 'text', 'binary', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved'],
  ...['close', 'ping', 'pong', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved'],
] as (WebsocketOperation | null)[];

/** Reads the frames of one side (RFC 6455 §5.2): lengths and opcodes; payloads are stepped over. */
export class WebsocketStream implements StreamParser {
  readonly #context: StreamContext<WebsocketMessage | WebsocketControl>;
  /** The message whose fragments are coming. */
  #message: WebsocketMessage | null = null;

  constructor(context: StreamContext<WebsocketMessage | WebsocketControl>) {
    this.#context = context;
  }

  read(input: Input): number {
    const { bytes, view, start, end } = input;
    if (end - start < 2) return 0;
    const first = bytes[start]!;
    const second = bytes[start + 1]!;
    const opcode = first & 15;
    const masked = (second & MASKED) !== 0;
    // Only a client masks, and it always does (RFC 6455 §5.1).
    if (masked !== (this.#context.direction === 'request')) this.#context.fail('masking');
    if ((first & RESERVED) !== 0 || OPERATIONS[opcode] === 'reserved') this.#context.fail('reserved bits');
    let header = 2;
    let length = second & 0x7f;
    if (length === 126) {
      if (end - start < 4) return 0;
      length = view.getUint16(start + 2);
      header = 4;
    } else if (length === 127) {
      if (end - start < 10) return 0;
      if (view.getUint32(start + 2) > 0x1f_ffff) this.#context.fail('frame length');
      length = view.getUint32(start + 2) * 2 ** 32 + view.getUint32(start + 6);
      header = 10;
    }
    const mask = start + header;
    if (masked) header += 4;
    if (opcode >= CLOSE && (length > LONGEST_CONTROL || (first & FIN) === 0)) this.#context.fail('control frame');
    if (opcode === CLOSE) {
      if (end - start < header + Math.min(2, length)) return 0;
      this.#close(view, masked ? mask : -1, start + header, length);
    } else if (opcode > CLOSE) this.#context.emit(CONTROL);
    else this.#part(first, opcode, length);
    return header + length;
  }

  #part(first: number, opcode: number, length: number): void {
    let message = this.#message;
    if (message === null) {
      if (opcode === 0) this.#context.fail('continuation of nothing');
      message = this.#make(OPERATIONS[opcode]!, length, (first & COMPRESSED) !== 0);
      if ((first & FIN) !== 0) {
        this.#context.emit(message);
        return;
      }
      this.#message = message;
      this.#context.begin(message);
      return;
    }
    if (opcode !== 0) this.#context.fail('message interrupted');
    message.bodySize += length;
    message.frames++;
    if ((first & FIN) === 0) return;
    this.#message = null;
    this.#context.finish();
  }

  /** The payload of a close frame begins with its status; its reason is not looked at. */
  #close(view: DataView, mask: number, payload: number, length: number): void {
    const message = this.#make('close', length, false);
    message.closeCode = null;
    if (length >= 2) message.closeCode = view.getUint16(payload) ^ (mask < 0 ? 0 : view.getUint16(mask));
    this.#context.emit(message);
  }

  #make(operation: WebsocketOperation, bodySize: number, compressed: boolean): WebsocketMessage {
    const from = this.#context.direction === 'request' ? 'client' : 'server';
    return { kind: 'oneway', operation, from, bodySize, frames: 1, compressed };
  }
}
