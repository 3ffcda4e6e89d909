import type { Body } from './body.js';
import type { CassandraRequest } from './messages.js';
import { consistencyName, Opcode } from './opcodes.js';
import type { PreparedStatements } from './prepared-statements.js';

/** Longest part of a statement that is kept. */
const LONGEST_STATEMENT = 16_384;
/** Most statements of a BATCH that are walked over. */
const MAX_STATEMENTS = 1024;
/** Flags of a query's parameters, by version 5. */
const Parameter = {
  values: 0x01,
  pageSize: 0x04,
  state: 0x08,
  serial: 0x10,
  timestamp: 0x20,
  names: 0x40,
  keyspace: 0x80,
};

/** Reads the body of a request into its message. `mask` makes a statement fit to be shown. */
export function readRequest(
  body: Body,
  opcode: number,
  message: CassandraRequest,
  statements: PreparedStatements,
  mask: (statement: string) => string,
): void {
  const modern = isModern(message.version);
  switch (opcode) {
    case Opcode.startup:
      startup(body, message);
      return;
    case Opcode.query:
      message.resource = statement(body, mask);
      parameters(body, message, modern);
      return;
    case Opcode.prepare:
      message.resource = statement(body, mask);
      if (modern && !body.short && (body.i32() & 1) !== 0) message.keyspace = body.string() || message.keyspace;
      return;
    case Opcode.execute: {
      prepared(message, body.shortBytes(), statements, body.short);
      if (modern) body.skipString();
      parameters(body, message, modern);
      return;
    }
    case Opcode.batch:
      batch(body, message, statements, mask);
      return;
    case Opcode.register: {
      const types: string[] = [];
      for (let count = Math.min(body.u16(), 16); count > 0 && !body.short; count--) types.push(body.string());
      if (!body.short) message.resource = types.join(' ');
      return;
    }
    default:
  }
}

function startup(body: Body, message: CassandraRequest): void {
  for (let options = Math.min(body.u16(), 64); options > 0 && !body.short; options--) {
    const name = body.string();
    if (name === 'COMPRESSION') message.compression = body.string().toLowerCase();
    else if (name === 'DRIVER_NAME') message.driver = body.string();
    else body.skipString();
  }
}

/** The statement, masked; a cut one as far as it is there, without what a cut literal would show. */
function statement(body: Body, mask: (statement: string) => string): string | null {
  const text = body.longString(LONGEST_STATEMENT);
  return text === '' ? null : mask(text);
}

function prepared(message: CassandraRequest, id: string, statements: PreparedStatements, short: boolean): void {
  if (short) return;
  const found = statements.get(id);
  message.preparedId = found?.hex ?? hexOf(id);
  if (found === undefined) return;
  message.resource ??= found.statement;
  if (found.keyspace !== undefined) message.keyspace = found.keyspace;
  if (found.table !== undefined) message.table = found.table;
}

/** Consistency and flags; values and paging state are stepped over only where the keyspace stands behind them. */
function parameters(body: Body, message: CassandraRequest, modern: boolean): void {
  const consistency = consistencyName(body.u16());
  if (body.short) return;
  if (consistency !== null) message.consistency = consistency;
  const flags = modern ? body.i32() : body.u8();
  if (!modern || (flags & Parameter.keyspace) === 0) return;
  if ((flags & Parameter.values) !== 0) {
    for (let values = body.u16(); values > 0 && !body.short; values--) {
      if ((flags & Parameter.names) !== 0) body.skipString();
      body.skipBytes();
    }
  }
  if ((flags & Parameter.pageSize) !== 0) body.skip(4);
  if ((flags & Parameter.state) !== 0) body.skipBytes();
  if ((flags & Parameter.serial) !== 0) body.skip(2);
  if ((flags & Parameter.timestamp) !== 0) body.skip(8);
  const keyspace = body.string();
  if (!body.short) message.keyspace = keyspace;
}

function batch(
  body: Body,
  message: CassandraRequest,
  statements: PreparedStatements,
  mask: (statement: string) => string,
): void {
  body.u8();
  const count = body.u16();
  if (body.short) return;
  message.statements = count;
  for (let index = 0; index < count && index < MAX_STATEMENTS && !body.short; index++) {
    const isPrepared = body.u8() === 1;
    if (index === 0) {
      if (isPrepared) prepared(message, body.shortBytes(), statements, body.short);
      else message.resource = statement(body, mask);
    } else if (isPrepared) body.skipString();
    else body.skip(body.i32());
    for (let values = body.u16(); values > 0 && !body.short; values--) body.skipBytes();
  }
  const consistency = count > MAX_STATEMENTS ? null : consistencyName(body.u16());
  if (!body.short && consistency !== null) message.consistency = consistency;
}

/** Whether a version has the longer flags and the ids of metadata: 5 and later, and the second of DataStax. */
export function isModern(version: number): boolean {
  return version >= 5 && version !== 0x41;
}

/** The id of a prepared statement in hexadecimal. */
export function hexOf(id: string): string {
  let hex = '';
  for (let at = 0; at < id.length; at++) hex += id.charCodeAt(at).toString(16).padStart(2, '0');
  return hex;
}
