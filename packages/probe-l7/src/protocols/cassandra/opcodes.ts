/** Opcodes of the native protocol. */
export const Opcode = {
  error: 0x00,
  startup: 0x01,
  ready: 0x02,
  authenticate: 0x03,
  options: 0x05,
  supported: 0x06,
  query: 0x07,
  result: 0x08,
  prepare: 0x09,
  execute: 0x0a,
  register: 0x0b,
  event: 0x0c,
  batch: 0x0d,
  authChallenge: 0x0e,
  authResponse: 0x0f,
  authSuccess: 0x10,
} as const;

const NAMES = [
  'ERROR',
  'STARTUP',
  'READY',
  'AUTHENTICATE',
  null,
  'OPTIONS',
  'SUPPORTED',
  'QUERY',
  'RESULT',
  'PREPARE',
  'EXECUTE',
  'REGISTER',
  'EVENT',
  'BATCH',
  'AUTH_CHALLENGE',
  'AUTH_RESPONSE',
  'AUTH_SUCCESS',
];

/** Opcodes that a client sends: bit by number. */
const REQUESTS = 0b0_1010_1110_1010_0010;

/** Name of an opcode as the specification writes it, or null for a number that stands for none. */
export function opcodeName(opcode: number): string | null {
  return NAMES[opcode] ?? null;
}

/** Whether messages of this opcode go in this direction. */
export function isOpcode(opcode: number, fromClient: boolean): boolean {
  return opcodeName(opcode) !== null && ((REQUESTS >> opcode) & 1) === (fromClient ? 1 : 0);
}

/** Kinds of a RESULT, from 1 on. */
const RESULTS = ['void', 'rows', 'set_keyspace', 'prepared', 'schema_change'] as const;

/** What a RESULT is. */
export type ResultKind = (typeof RESULTS)[number];

/** Name of a kind of result, or null for a number that stands for none. */
export function resultKind(kind: number): ResultKind | null {
  return RESULTS[kind - 1] ?? null;
}

const CONSISTENCIES = [
  ...['ANY', 'ONE', 'TWO', 'THREE', 'QUORUM', 'ALL', 'LOCAL_QUORUM', 'EACH_QUORUM', 'SERIAL', 'LOCAL_SERIAL'],
  ...['LOCAL_ONE', 'NODE_LOCAL'],
];

/** Name of a consistency level, or null for a number that stands for none. */
export function consistencyName(level: number): string | null {
  return CONSISTENCIES[level] ?? null;
}
