import { type PayloadReader, utf16 } from './payload-reader.js';
import { INTEGER, readTypeInfo, TextType } from './type-info.js';

/** Procedures that are called by number (MS-TDS 2.2.6.6). */
const NUMBERED: readonly string[] = [
  '',
  'sp_cursor',
  'sp_cursoropen',
  'sp_cursorprepare',
  'sp_cursorexecute',
  'sp_cursorprepexec',
  'sp_cursorunprepare',
  'sp_cursorfetch',
  'sp_cursoroption',
  'sp_cursorclose',
  'sp_executesql',
  'sp_prepare',
  'sp_execute',
  'sp_prepexec',
  'sp_prepexecrpc',
  'sp_unprepare',
];

/** Which parameter, counted from zero, is the statement. */
const STATEMENT = new Map([
  ['sp_executesql', 0],
  ['sp_cursoropen', 1],
  ['sp_prepare', 2],
  ['sp_prepexec', 2],
  ['sp_prepexecrpc', 1],
  ['sp_cursorprepare', 2],
  ['sp_cursorprepexec', 3],
]);
/** Which of them answer with the number of a prepared statement. */
const PREPARING = new Set(['sp_prepare', 'sp_prepexec', 'sp_prepexecrpc', 'sp_cursorprepare', 'sp_cursorprepexec']);
/** Which of them have the number of a prepared statement first. */
const HANDLE = new Set(['sp_execute', 'sp_unprepare', 'sp_cursorexecute', 'sp_cursorunprepare']);
/** Which of them release it. */
const RELEASING = new Set(['sp_unprepare', 'sp_cursorunprepare']);
const BY_NUMBER = 0xffff;
const NULL_SHORT = 0xffff;
const LONGEST_STATEMENT = 0x8000;
/** Four names of 128 characters in brackets, and dots. */
const LONGEST_NAME = 1046;

/** A call of a procedure. */
export interface Call {
  procedure: string;
  /** The statement that it runs or prepares, not masked. */
  statement: string | null;
  handle: number | null;
  /** The statement is longer than what was read of it. */
  cut: boolean;
}

/** Reads a call from behind the headers of the message; null if it is none. */
export function readCall(reader: PayloadReader): Call | null {
  const length = reader.uint16();
  if (length !== BY_NUMBER && length > LONGEST_NAME) return null;
  const procedure = length === BY_NUMBER ? NUMBERED[reader.uint16()] : reader.text(length);
  if (reader.overrun || procedure === undefined || procedure === '') return null;
  reader.skip(2); // options
  const call: Call = { procedure, statement: null, handle: null, cut: false };
  const short = shortName(procedure);
  const wanted = STATEMENT.get(short);
  if (wanted !== undefined) {
    for (let index = 0; index < wanted; index++) if (!skipParameter(reader)) return call;
    readStatement(reader, call);
  } else if (HANDLE.has(short)) readHandle(reader, call);
  return call;
}

/** Steps over a parameter; false if its length can't be told, or isn't there. */
function skipParameter(reader: PayloadReader): boolean {
  reader.skipShortText();
  reader.skip(1);
  const code = reader.byte();
  if (reader.overrun) return false;
  const layout = readTypeInfo(reader, code, false);
  switch (layout?.kind) {
    case 'fixed':
      reader.skip(layout.size);
      break;
    case 'byte':
      reader.skip(reader.byte());
      break;
    case 'short': {
      const length = reader.uint16();
      reader.skip(length === NULL_SHORT ? 0 : length);
      break;
    }
    case 'long': {
      const length = reader.uint32();
      reader.skip(length === 0xffff_ffff ? 0 : length);
      break;
    }
    case 'chunks':
      return readChunks(reader, null);
    default:
      return false;
  }
  return !reader.overrun;
}

function readHandle(reader: PayloadReader, call: Call): void {
  reader.skipShortText();
  reader.skip(1);
  const code = reader.byte();
  if (code === INTEGER) reader.skip(1);
  else if (code !== 0x38) return;
  if (code === INTEGER && reader.byte() !== 4) return;
  const handle = reader.int32();
  if (!reader.overrun) call.handle = handle;
}

/** A text, whichever of the types it is sent as. */
function readStatement(reader: PayloadReader, call: Call): void {
  reader.skipShortText();
  reader.skip(1);
  const code = reader.byte();
  if (code !== TextType.nvarchar && code !== TextType.nchar && code !== TextType.ntext) return;
  const layout = readTypeInfo(reader, code, false);
  if (reader.overrun || layout === null) return;
  if (layout.kind === 'chunks') {
    const parts: string[] = [];
    call.cut = !readChunks(reader, parts);
    if (parts.length > 0) call.statement = parts.join('');
    return;
  }
  const length = layout.kind === 'long' ? reader.uint32() : reader.uint16();
  if (reader.overrun || length === NULL_SHORT || length === 0xffff_ffff) return;
  const there = Math.min(length, reader.left, LONGEST_STATEMENT) & ~1;
  call.cut = there < length;
  call.statement = utf16(reader.bytes, reader.at, reader.at + there);
}

/** A value in chunks; its text goes to `parts`. False if it isn't all there. */
function readChunks(reader: PayloadReader, parts: string[] | null): boolean {
  const low = reader.uint32();
  if (reader.uint32() === 0xffff_ffff && low === 0xffff_ffff) return !reader.overrun;
  for (;;) {
    const length = reader.uint32();
    if (reader.overrun) return false;
    if (length === 0) return true;
    const there = Math.min(length, reader.left);
    parts?.push(utf16(reader.bytes, reader.at, reader.at + (there & ~1)));
    reader.skip(length);
    if (reader.overrun) return false;
  }
}

/** Name of a procedure without what it belongs to, as system procedures are called. */
function shortName(procedure: string): string {
  return procedure.slice(procedure.lastIndexOf('.') + 1).toLowerCase();
}

/** Whether the procedure answers with the number of a statement that it prepared. */
export function isPreparing(procedure: string): boolean {
  return PREPARING.has(shortName(procedure));
}

/** Whether the procedure releases a prepared statement. */
export function isReleasing(procedure: string): boolean {
  return RELEASING.has(shortName(procedure));
}
