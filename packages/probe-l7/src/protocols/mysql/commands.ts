/** Commands of the client, by their code: `COM_…` of MySQL's and MariaDB's documentation. */
export const Command = {
  sleep: 0x00,
  quit: 0x01,
  initDatabase: 0x02,
  query: 0x03,
  fieldList: 0x04,
  createDatabase: 0x05,
  dropDatabase: 0x06,
  statistics: 0x09,
  processInfo: 0x0a,
  changeUser: 0x11,
  binlogDump: 0x12,
  tableDump: 0x13,
  prepare: 0x16,
  execute: 0x17,
  sendLongData: 0x18,
  closeStatement: 0x19,
  resetStatement: 0x1a,
  fetch: 0x1c,
  binlogDumpGtid: 0x1e,
  resetConnection: 0x1f,
  bulkExecute: 0xfa,
  /** Not a command: the login of a connection. */
  login: -1,
} as const;

const NAMES = new Map<number, string>([
  [Command.login, 'login'],
  [0x00, 'SLEEP'],
  [0x01, 'QUIT'],
  [0x02, 'INIT_DB'],
  [0x03, 'QUERY'],
  [0x04, 'FIELD_LIST'],
  [0x05, 'CREATE_DB'],
  [0x06, 'DROP_DB'],
  [0x07, 'REFRESH'],
  [0x08, 'SHUTDOWN'],
  [0x09, 'STATISTICS'],
  [0x0a, 'PROCESS_INFO'],
  [0x0b, 'CONNECT'],
  [0x0c, 'PROCESS_KILL'],
  [0x0d, 'DEBUG'],
  [0x0e, 'PING'],
  [0x0f, 'TIME'],
  [0x10, 'DELAYED_INSERT'],
  [0x11, 'CHANGE_USER'],
  [0x12, 'BINLOG_DUMP'],
  [0x13, 'TABLE_DUMP'],
  [0x14, 'CONNECT_OUT'],
  [0x15, 'REGISTER_SLAVE'],
  [0x16, 'STMT_PREPARE'],
  [0x17, 'STMT_EXECUTE'],
  [0x18, 'STMT_SEND_LONG_DATA'],
  [0x19, 'STMT_CLOSE'],
  [0x1a, 'STMT_RESET'],
  [0x1b, 'SET_OPTION'],
  [0x1c, 'STMT_FETCH'],
  [0x1d, 'DAEMON'],
  [0x1e, 'BINLOG_DUMP_GTID'],
  [0x1f, 'RESET_CONNECTION'],
  [0x20, 'CLONE'],
  [0x21, 'SUBSCRIBE_GROUP_REPLICATION_STREAM'],
  [0xfa, 'STMT_BULK_EXECUTE'],
]);

/** Commands that a server takes from a client; the others are the server's own or never answered. */
const FROM_CLIENTS = new Set(
  [...NAMES.keys()].filter((code) => code > 0 && ![0x0b, 0x0f, 0x10, 0x14, 0x1d].includes(code)),
);

/** Name of a command, null for codes that no client sends. */
export function commandName(code: number): string | null {
  return FROM_CLIENTS.has(code) || code === Command.login ? NAMES.get(code)! : null;
}

/** Whether the protocol gives the command no answer. */
export function isOneWay(code: number): boolean {
  return code === Command.quit || code === Command.closeStatement || code === Command.sendLongData;
}
