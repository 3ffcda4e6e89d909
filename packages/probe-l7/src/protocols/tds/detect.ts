import type { ByteMatch, Detection, DetectRule, Input, Verdict } from '@sonde/core';
import { isText } from '../../sql/looks-like-sql.js';
import { skipHeaders } from './headers.js';
import { LOGIN_BYTES, readEncryption, readLogin } from './login.js';
import { HEADER, isHeader, LONGEST_PACKET, PacketType, packetLength } from './packets.js';
import { PayloadReader, utf16 } from './payload-reader.js';
import { readCall } from './rpc.js';
import { Token } from './tokens.js';

const reader = new PayloadReader();

/** The header of a client's packet: no process, no window, nothing but the known flags. */
function request(type: number, mask: number, min: number): DetectRule {
  const match: ByteMatch[] = [
    { offset: 0, bytes: [type, 0], mask: [mask, 0xe0] },
    { offset: 4, bytes: [0, 0] },
    { offset: 7, bytes: [0] },
  ];
  return {
    direction: 'request',
    match,
    length: { offset: 2, size: 2, plus: 0, compare: 'bounded', min, max: LONGEST_PACKET },
  };
}

/** Rules for chunks that begin with a packet. */
export const detect: Detection = {
  rules: [
    request(PacketType.batch, 0xfd, HEADER + 4), // also RPC
    request(PacketType.login, 0xfd, HEADER + 6), // also PreLogin
    request(PacketType.transaction, 0xff, HEADER + 6),
    {
      direction: 'response',
      match: [
        { offset: 0, bytes: [PacketType.result, 0], mask: [0xff, 0xfe] },
        { offset: 6, bytes: [1, 0] },
      ],
      length: { offset: 2, size: 2, plus: 0, compare: 'bounded', min: HEADER + 9, max: LONGEST_PACKET },
    },
  ],
  confirm: (input, direction) => (direction === 'request' ? confirmRequest(input) : confirmResponse(input)),
};

/** Whether a message of the client begins the window: not only its header, but what it says makes sense. */
export function confirmRequest(input: Input): Verdict {
  const { bytes, start, end } = input;
  if (end - start < HEADER) return 'more';
  if (!isHeader(input, start, true) || bytes[start + 6]! > 1) return 'no';
  const size = packetLength(input, start);
  const last = Math.min(end, start + size);
  reader.from(input, start + HEADER, last);
  const verdict = confirmPayload(bytes[start]!, last === start + size);
  return verdict === 'more' && last === start + size ? 'no' : verdict;
}

function confirmPayload(type: number, whole: boolean): Verdict {
  switch (type) {
    case PacketType.prelogin:
      if (readEncryption(reader) !== null) return 'yes';
      return whole ? 'no' : 'more';
    case PacketType.login: {
      if (reader.left < LOGIN_BYTES) return 'more';
      return readLogin(reader) === null ? 'no' : 'yes';
    }
    case PacketType.batch:
      return confirmBatch();
    case PacketType.rpc: {
      const headers = skipHeaders(reader);
      if (headers === null || reader.left < 6) return 'more';
      const call = readCall(reader);
      if (call === null) return reader.overrun ? 'more' : 'no';
      return isName(call.procedure) ? 'yes' : 'no';
    }
    case PacketType.transaction: {
      const headers = skipHeaders(reader);
      if (headers === null || reader.left < 2) return 'more';
      return headers && reader.uint16() <= 9 ? 'yes' : 'no';
    }
    default:
      return 'no';
  }
}

/** Headers, or none, and a text of two bytes for each character. */
function confirmBatch(): Verdict {
  const headers = skipHeaders(reader);
  if (headers === null || reader.left < 8) return headers === null ? 'more' : reader.left >= 4 ? 'yes' : 'more';
  let zeros = 0;
  const characters = Math.min(32, reader.left >> 1);
  for (let index = 0; index < characters; index++) if (reader.bytes[reader.at + 2 * index + 1] === 0) zeros++;
  if (zeros < characters / 2 && !headers) return 'no';
  const text = Buffer.from(utf16(reader.bytes, reader.at, reader.at + 2 * characters), 'utf8');
  return isText(text, 0, text.length) ? 'yes' : 'no';
}

/** A token that answers begin with, and its own length. */
function confirmResponse(input: Input): Verdict {
  const { bytes, start, end } = input;
  if (!isHeader(input, start, false)) return 'no';
  const size = packetLength(input, start);
  const last = Math.min(end, start + size);
  const whole = last === start + size;
  reader.from(input, start + HEADER, last);
  const code = reader.byte();
  switch (code) {
    case Token.done:
    case Token.doneProcedure:
    case Token.doneInProcedure: {
      const flags = reader.uint16();
      if (reader.overrun) return whole ? 'no' : 'more';
      return flags < 0x400 && (reader.left === 10 || reader.left === 6 || reader.left > 10) ? 'yes' : 'no';
    }
    case Token.error:
    case Token.info:
    case Token.environment:
    case Token.loginAck:
    case Token.order: {
      const length = reader.uint16();
      if (reader.overrun) return whole ? 'no' : 'more';
      if (length === 0 || (whole && length > reader.left)) return 'no';
      return reader.at + length < last ? (isToken(bytes[reader.at + length]!) ? 'yes' : 'no') : 'yes';
    }
    case Token.columns: {
      const count = reader.uint16();
      return reader.overrun ? 'more' : count < 4096 || count === 0xffff ? 'yes' : 'no';
    }
    case Token.returnStatus:
      reader.skip(4);
      if (reader.overrun) return whole ? 'no' : 'more';
      return isToken(reader.byte()) ? 'yes' : 'no';
    case 0: // the answer to a PreLogin
      reader.at--;
      if (readEncryption(reader) !== null) return 'yes';
      return whole ? 'no' : 'more';
    default:
      return 'no';
  }
}

const TOKENS = new Set<number>(Object.values(Token));

function isToken(code: number): boolean {
  return TOKENS.has(code);
}

function isName(text: string): boolean {
  return /^[\w#@$. [\]"-]+$/u.test(text) || /^[^\p{Cc}]{1,200}$/u.test(text);
}
