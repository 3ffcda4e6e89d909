import type { Command } from './command.js';
import type { Reading } from './json-header.js';

/** Fixed part: code, language, version, opaque, flag. */
const FIXED = 13;
const LANGUAGES = [
  ...['JAVA', 'CPP', 'DOTNET', 'PYTHON', 'DELPHI', 'ERLANG', 'RUBY', 'OTHER', 'HTTP', 'GO', 'PHP', 'OMS', 'RUST'],
  'NODE_JS',
];

/**
 * Reads a header in RocketMQ's binary form (`RocketMQSerializable`) into `command`: the fixed part, a remark, then
 * extension fields with their lengths. The header ends at `limit`; bytes are there up to `end`. What stands before a
 * fault is kept.
 */
export function readBinaryHeader(view: DataView, start: number, end: number, limit: number, command: Command): Reading {
  if (limit - start < FIXED + 8) return 'bad';
  if (end - start < FIXED) return 'short';
  const language = LANGUAGES[view.getUint8(start + 2)];
  const flag = view.getInt32(start + 9);
  if (language === undefined || flag < 0 || flag > 3) return 'bad';
  command.code = view.getInt16(start);
  command.language = language;
  command.version = view.getInt16(start + 3);
  command.opaque = view.getInt32(start + 5);
  command.flag = flag;
  if (start + FIXED + 4 > end) return 'short';
  const remark = view.getInt32(start + FIXED);
  const fields = start + FIXED + 4 + remark;
  if (remark < 0 || fields + 4 > limit) return 'bad';
  if (fields + 4 > end) return 'short';
  // The fields fill what is left of the header.
  if (fields + 4 + view.getInt32(fields) !== limit) return 'bad';
  return readFields(view, fields + 4, end, limit, command);
}

/** Fields: length in two bytes and name, length in four bytes and value. */
function readFields(view: DataView, start: number, end: number, limit: number, command: Command): Reading {
  let at = start;
  while (at < limit) {
    if (at + 2 > end) return at + 2 > limit ? 'bad' : 'short';
    const key = at + 2;
    const keyEnd = key + view.getInt16(at);
    if (keyEnd < key || keyEnd + 4 > limit) return 'bad';
    if (keyEnd + 4 > end) return 'short';
    const value = keyEnd + 4;
    const valueEnd = value + view.getInt32(keyEnd);
    if (valueEnd < value || valueEnd > limit) return 'bad';
    if (valueEnd > end) return 'short';
    command.field(key, keyEnd, value, valueEnd);
    at = valueEnd;
  }
  return 'whole';
}
