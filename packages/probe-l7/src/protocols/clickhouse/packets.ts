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
