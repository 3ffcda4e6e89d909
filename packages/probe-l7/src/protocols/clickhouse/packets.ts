/** Packets of the client, by the names of ClickHouse's `Protocol.h`. */
export const Client = {
  hello: 0,
  query: 1,
  data: 2,
  cancel: 3,
  ping: 4,
  tablesStatusRequest: 5,
  keepAlive: 6,
  scalar: 7,
  ignoredPartUuids: 8,
  readTaskResponse: 9,
  sshChallengeRequest: 11,
  sshChallengeResponse: 12,
} as const;

/** Packets of the server. */
export const Server = {
  hello: 0,
  data: 1,
  exception: 2,
  progress: 3,
  pong: 4,
  endOfStream: 5,
  profileInfo: 6,
  totals: 7,
  extremes: 8,
  tablesStatusResponse: 9,
  log: 10,
  tableColumns: 11,
  partUuids: 12,
  readTaskRequest: 13,
  profileEvents: 14,
  timezoneUpdate: 17,
  sshChallenge: 18,
  previewData: 19,
} as const;

/** Whether the server's packet is a table name and a block. */
export function carriesBlock(type: number): boolean {
  switch (type) {
    case Server.data:
    case Server.totals:
    case Server.extremes:
    case Server.log:
    case Server.profileEvents:
    case Server.previewData:
      return true;
    default:
      return false;
  }
}

/**
 * What follows the type of a packet with an empty block without a table name: no name, not an overflow, no bucket, no
 * columns, no rows. It ends every result and every transfer of data.
 */
const EMPTY_BLOCK = [0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0];
/** Bytes of a packet with an empty block. */
export const EMPTY_PACKET_BYTES = 1 + EMPTY_BLOCK.length;

/**
 * Looks for a packet with an empty block: the one boundary that shows itself in the middle of unknown bytes.
 *
 * @returns where it begins, or -1
 */
export function findEmptyPacket(bytes: Uint8Array, start: number, end: number, type: number): number {
  const last = end - EMPTY_PACKET_BYTES;
  for (let at = start; at <= last; ) {
    // The four bytes that are all ones are rarer than the zeros around them.
    const ones = bytes.indexOf(0xff, at + 5);
    if (ones < 0 || ones > last + 5) return -1;
    at = ones - 5;
    if (bytes[at] === type && isEmptyBlock(bytes, at + 1)) return at;
    at++;
  }
  return -1;
}

function isEmptyBlock(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < EMPTY_BLOCK.length; index++) if (bytes[at + index] !== EMPTY_BLOCK[index]) return false;
  return true;
}
