import type { Body } from './body.js';
import { Flag } from './envelope.js';
import type { CassandraConnection, CassandraRequest, CassandraResponse } from './messages.js';
import { Opcode, resultKind } from './opcodes.js';
import type { PreparedStatements } from './prepared-statements.js';
import { hexOf, isModern } from './request-body.js';

/** Flags of a result's metadata. */
const Metadata = { globalTable: 1, morePages: 2, none: 4, changed: 8 } as const;
/** Most columns whose names and types are walked over to reach the number of rows. */
const MAX_COLUMNS = 4096;

/** Steps over what flags put before a body: the id of a trace, warnings, a custom payload. Returns the warnings. */
export function skipPreamble(body: Body, flags: number): number {
  if ((flags & Flag.tracing) !== 0) body.skip(16);
  let warnings = 0;
  if ((flags & Flag.warnings) !== 0) {
    warnings = body.u16();
    for (let left = warnings; left > 0 && !body.short; left--) body.skipString();
  }
  if ((flags & Flag.customPayload) !== 0) body.skipBytesMap();
  return warnings;
}

/** Reads the body of a response into its message, and keeps what later requests refer to. */
export function readResponse(
  body: Body,
  opcode: number,
  message: CassandraResponse,
  request: CassandraRequest,
  shared: CassandraConnection,
  statements: PreparedStatements,
): void {
  if (opcode === Opcode.error) {
    const code = body.i32();
    if (!body.short) message.errorCode = code;
    return;
  }
  if (opcode !== Opcode.result) return;
  const kind = resultKind(body.i32());
  if (body.short || kind === null) return;
  message.result = kind;
  switch (kind) {
    case 'rows':
      rows(body, message);
      return;
    case 'set_keyspace': {
      const keyspace = body.string();
      if (!body.short) message.keyspace = shared.keyspace = keyspace;
      return;
    }
    case 'prepared':
      prepared(body, message, request, statements);
      return;
    case 'schema_change': {
      body.skipString();
      const target = body.string();
      const keyspace = body.string();
      if (!body.short) message.keyspace = keyspace;
      const name = target === 'TABLE' ? body.string() : '';
      if (name !== '') message.table = name;
      return;
    }
    default:
  }
}

function rows(body: Body, message: CassandraResponse): void {
  const flags = body.i32();
  const columns = body.i32();
  if (body.short) return;
  message.columns = columns;
  if ((flags & Metadata.morePages) !== 0) {
    message.morePages = true;
    body.skipBytes();
  }
  if ((flags & Metadata.changed) !== 0) body.skipString();
  if ((flags & Metadata.none) === 0) specifications(body, message, flags, columns);
  const count = body.i32();
  if (!body.short && count >= 0) message.rows = count;
}

/** Names and types of columns: of them only the table is kept. */
function specifications(body: Body, message: CassandraResponse, flags: number, columns: number): void {
  const global = (flags & Metadata.globalTable) !== 0;
  if (global) table(body, message);
  if (columns > MAX_COLUMNS) body.giveUp();
  for (let column = 0; column < columns && !body.short; column++) {
    if (!global) {
      if (column === 0) table(body, message);
      else {
        body.skipString();
        body.skipString();
      }
    }
    body.skipString();
    body.skipType();
  }
}

function table(body: Body, message: CassandraResponse): void {
  const keyspace = body.string();
  const name = body.string();
  if (body.short) return;
  message.keyspace = keyspace;
  message.table = name;
}

function prepared(
  body: Body,
  message: CassandraResponse,
  request: CassandraRequest,
  statements: PreparedStatements,
): void {
  const id = body.shortBytes();
  if (isModern(request.version)) body.skipString();
  const flags = body.i32();
  const columns = body.i32();
  if (request.version >= 4) for (let keys = body.i32(); keys > 0 && !body.short; keys--) body.skip(2);
  const short = body.short;
  if (!short) {
    message.columns = columns;
    specifications(body, message, flags, columns);
    // Without a bound value the table stands with the columns of the result.
    if (message.table === undefined && !body.short) result(body, message);
  }
  if (id === '' || request.operation !== 'PREPARE' || request.resource === null) return;
  const { keyspace, table } = message;
  statements.set(id, { hex: hexOf(id), statement: request.resource, keyspace, table });
}

function result(body: Body, message: CassandraResponse): void {
  const flags = body.i32();
  const columns = body.i32();
  if (body.short || (flags & Metadata.none) !== 0) return;
  if ((flags & Metadata.morePages) !== 0) body.skipBytes();
  if (columns > 0) table(body, message);
}
