import type { Input } from '@sonde/core';

/** Bytes before each packet's payload: type, status, length (big-endian, with these), process id, number, window. */
export const HEADER = 8;
/** Negotiated packets have at most this many bytes. */
export const LONGEST_PACKET = 32_767;

/**
 * Types of packets.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-tds (2.2.3.1.1)
 */
export const PacketType = {
  batch: 1,
  oldLogin: 2,
  rpc: 3,
  result: 4,
  attention: 6,
  bulk: 7,
  federatedToken: 8,
  transaction: 14,
  login: 16,
  sspi: 17,
  prelogin: 18,
} as const;

/** Status of a packet: the last of its message; the message counts for nothing; the session is reset before it. */
const END_OF_MESSAGE = 0x01;
const IGNORED = 0x02;
const RESET = 0x18;
/** First byte of a packet of the session multiplexer (MARS). */
export const MULTIPLEXED = 0x53;

/** Length of the packet whose header stands at `at`, with its header. */
export function packetLength({ bytes }: Input, at: number): number {
  return (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Whether the packet whose header stands at `at` is the last one of its message. */
export function endsMessage({ bytes }: Input, at: number): boolean {
  return (bytes[at + 1]! & END_OF_MESSAGE) !== 0;
}

/** Whether the client took the message back with this packet. */
export function isIgnored({ bytes }: Input, at: number): boolean {
  return (bytes[at + 1]! & IGNORED) !== 0;
}

/** Whether the server resets the session before the message that begins with this packet. */
export function resetsSession({ bytes }: Input, at: number): boolean {
  return (bytes[at + 1]! & RESET) !== 0;
}

/** Whether a header that makes sense stands at `at`; all of it has to be there. */
export function isHeader(input: Input, at: number, fromClient: boolean): boolean {
  const { bytes } = input;
  const length = packetLength(input, at);
  if (length < HEADER || length > LONGEST_PACKET || bytes[at + 7] !== 0 || bytes[at + 1]! > 0x1f) return false;
  return isType(bytes[at]!, fromClient);
}

function isType(type: number, fromClient: boolean): boolean {
  switch (type) {
    case PacketType.result:
      return !fromClient;
    case PacketType.prelogin:
      return true; // servers send their part of a TLS handshake so
    case PacketType.batch:
    case PacketType.rpc:
    case PacketType.attention:
    case PacketType.bulk:
    case PacketType.federatedToken:
    case PacketType.transaction:
    case PacketType.login:
    case PacketType.sspi:
      return fromClient;
    default:
      return false;
  }
}

/** Whether a TLS record begins with these bytes: change of cipher, alert, handshake, data; version 3.x. */
export function isTlsRecord(bytes: Uint8Array, at: number, end: number): boolean {
  const type = bytes[at]!;
  return (
    type >= 0x14 && type <= 0x17 && (at + 1 >= end || bytes[at + 1] === 3) && (at + 2 >= end || bytes[at + 2]! <= 4)
  );
}
