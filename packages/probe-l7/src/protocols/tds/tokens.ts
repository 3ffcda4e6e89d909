/**
 * Codes of the tokens that results are made of.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-tds (2.2.7)
 */
export const Token = {
  offset: 0x78,
  returnStatus: 0x79,
  columns: 0x81,
  tableName: 0xa4,
  columnInfo: 0xa5,
  order: 0xa9,
  error: 0xaa,
  info: 0xab,
  returnValue: 0xac,
  loginAck: 0xad,
  featureAck: 0xae,
  row: 0xd1,
  rowWithNulls: 0xd2,
  environment: 0xe3,
  sessionState: 0xe4,
  sspi: 0xed,
  federation: 0xee,
  done: 0xfd,
  doneProcedure: 0xfe,
  doneInProcedure: 0xff,
} as const;

/** Flags of DONE tokens. `serverError` stands in place of `error` where a result had to be given up. */
export const Done = {
  more: 0x0001,
  error: 0x0002,
  transaction: 0x0004,
  count: 0x0010,
  attention: 0x0020,
  serverError: 0x0100,
} as const;
/** The command of a DONE token that counts rows that were returned. */
export const SELECT = 0xc1;

/** What changed of a session. */
export const Environment = { database: 1 } as const;
