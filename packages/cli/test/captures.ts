import { PcapWriter } from '@sonde/core';

/** Start of all captures: 2023-11-14T22:13:20Z. */
export const START = 1_700_000_000_000_000_000n;

/** A conversation over one TCP connection: who speaks (`>` the client), after how many microseconds, and what. */
export type Line = [from: '>' | '<', microseconds: number, text: string];

/** A capture of one TCP connection from 10.0.0.1 to a port of 10.0.0.2, without its handshake. */
export function conversation(port: number, lines: readonly Line[], clientPort = 40_000): Buffer {
  const writer = new PcapWriter({ linkType: 101, nanoseconds: true });
  const parts = [writer.header()];
  const sequences = { '>': 1000, '<': 5000 };
  for (const [from, microseconds, text] of lines) {
    const other = from === '>' ? '<' : '>';
    const segment = packet(from === '>', clientPort, port, sequences[from], sequences[other], text);
    parts.push(writer.packet(segment, START + BigInt(microseconds) * 1000n));
    sequences[from] += Buffer.byteLength(text, 'latin1');
  }
  return Buffer.concat(parts);
}

function packet(
  fromClient: boolean,
  client: number,
  server: number,
  sequence: number,
  acknowledged: number,
  text: string,
) {
  const payload = Buffer.from(text, 'latin1');
  const bytes = Buffer.alloc(40 + payload.length);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes[8] = 64;
  bytes[9] = 6;
  bytes.set([10, 0, 0, fromClient ? 1 : 2, 10, 0, 0, fromClient ? 2 : 1], 12);
  bytes.writeUInt16BE(fromClient ? client : server, 20);
  bytes.writeUInt16BE(fromClient ? server : client, 22);
  bytes.writeUInt32BE(sequence, 24);
  bytes.writeUInt32BE(acknowledged, 28);
  bytes[32] = 5 << 4;
  bytes[33] = 0x18;
  payload.copy(bytes, 40);
  return bytes;
}

/** Two requests over HTTP/1.1, the second one with an error. */
export const HTTP = conversation(8080, [
  ['>', 0, 'GET /users/17?token=secret HTTP/1.1\r\nHost: example.org\r\n\r\n'],
  ['<', 1500, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['>', 2000, 'POST /orders HTTP/1.1\r\nHost: example.org\r\nContent-Length: 2\r\n\r\n{}'],
  ['<', 9000, 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n'],
]);
