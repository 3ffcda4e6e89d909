import { type Input, latin1, utf8 } from '@sonde/core';
import { Capability, PacketReader } from './packets.js';

const reader = new PacketReader();

/** What is kept of a server's greeting. */
export interface Greeting {
  mariadb: boolean;
  capabilities: number;
}

/**
 * Reads the payload of a greeting (protocol version 10).
 *
 * @returns null if it isn't one
 */
export function readGreeting(input: Input, at: number, end: number): Greeting | null {
  const packet = reader.from(input, at, end);
  if (packet.byte() !== 10) return null;
  const versionStart = packet.at;
  const versionEnd = packet.toZero();
  if (versionEnd < 0 || versionEnd - versionStart > 128) return null;
  const version = latin1(input.bytes, versionStart, versionEnd);
  if (!/^\d{1,3}\.\d/.test(version)) return null;
  packet.skip(4 + 8); // thread id, beginning of the challenge
  if (packet.byte() !== 0) return null;
  let capabilities = packet.uint16();
  if (packet.overrun) return null;
  packet.skip(1 + 2); // character set, status
  capabilities = (capabilities | (packet.uint16() << 16)) >>> 0;
  return { mariadb: /mariadb/i.test(version), capabilities };
}

/** What is kept of a login. */
export interface Login {
  capabilities: number;
  /** The packet only asks for TLS: the login itself comes encrypted. */
  tls: boolean;
  user: string | null;
  database: string | null;
}

/** Reads the payload of a login; passwords are stepped over. What isn't there is null. */
export function readLogin(input: Input, at: number, end: number): Login | null {
  const packet = reader.from(input, at, end);
  const low = packet.uint16();
  if ((low & Capability.protocol41) === 0) return readOldLogin(input, packet, low);
  const capabilities = (low | (packet.uint16() << 16)) >>> 0;
  packet.skip(4 + 1 + 23);
  if (packet.overrun) return null;
  const tls = (capabilities & Capability.ssl) !== 0 && packet.left === 0;
  const login: Login = { capabilities, tls, user: null, database: null };
  if (tls) return login;
  login.user = text(input, packet);
  if ((capabilities & Capability.lengthEncodedAuthentication) !== 0) packet.skip(packet.integer());
  else if ((capabilities & Capability.secureConnection) !== 0) packet.skip(packet.byte());
  else packet.toZero();
  if ((capabilities & Capability.connectWithDatabase) !== 0) login.database = text(input, packet);
  return login;
}

/** The login of clients before MySQL 4.1. */
function readOldLogin(input: Input, packet: PacketReader, capabilities: number): Login | null {
  packet.skip(3);
  if (packet.overrun) return null;
  const tls = (capabilities & Capability.ssl) !== 0 && packet.left === 0;
  const login: Login = { capabilities, tls, user: null, database: null };
  if (tls) return login;
  login.user = text(input, packet);
  if ((capabilities & Capability.connectWithDatabase) === 0) return login;
  packet.toZero();
  login.database = text(input, packet);
  return login;
}

/** A text up to a zero; the last one of a packet may go without. */
function text(input: Input, packet: PacketReader): string | null {
  const start = packet.at;
  const zero = packet.toZero();
  if (zero >= 0) return zero === start ? null : utf8(input.bytes, start, zero);
  const end = start + packet.left;
  return packet.left > 0 ? utf8(input.bytes, start, end) : null;
}
