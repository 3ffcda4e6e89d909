import type { Input, Verdict } from '@sonde/core';
import { eventName, isErrorCode } from './errors.js';
import { fitsXid, Op, operationName, Xid } from './operations.js';

/** Largest message that is believed; a server's own limit (`jute.maxbuffer`) is 1 MiB unless it is raised. */
export const MAX_MESSAGE = 1 << 26;
/** Length, xid and type of a request. */
export const REQUEST_HEADER = 12;
/** Length, xid, transaction and error of a reply. */
export const REPLY_HEADER = 20;
/** Bytes of a session's password. */
const PASSWORD = 16;
/** Length, version, last transaction, timeout, session and the password's length. */
const CONNECT_HEADER = 32;
/** Length, version, timeout, session and the password's length. */
const CONNECTED_HEADER = 24;
const SLASH = 0x2f;

/** Whether a request for a session begins here. All servers give, and all clients send, passwords of 16 bytes. */
export function isConnect({ view, start, end }: Input): Verdict {
  const size = view.getInt32(start);
  // The last byte, read-only, came with version 3.4.
  if (size !== CONNECT_HEADER - 4 + PASSWORD && size !== CONNECT_HEADER - 3 + PASSWORD) return 'no';
  if (end - start < CONNECT_HEADER) return end - start >= 8 && view.getInt32(start + 4) !== 0 ? 'no' : 'more';
  return view.getInt32(start + 4) === 0 && view.getInt32(start + 28) === PASSWORD ? 'yes' : 'no';
}

/** Whether the reply to a request for a session begins here. */
export function isConnected({ view, start, end }: Input): Verdict {
  const size = view.getInt32(start);
  if (size !== CONNECTED_HEADER - 4 + PASSWORD && size !== CONNECTED_HEADER - 3 + PASSWORD) return 'no';
  if (end - start < CONNECTED_HEADER) return end - start >= 8 && view.getInt32(start + 4) !== 0 ? 'no' : 'more';
  const timeout = view.getInt32(start + 8);
  return view.getInt32(start + 4) === 0 && timeout >= 0 && view.getInt32(start + 20) === PASSWORD ? 'yes' : 'no';
}

/** Whether any other request begins here: its number, its path and its length have to agree. */
export function isRequest({ bytes, view, start, end }: Input): Verdict {
  if (end - start < REQUEST_HEADER) return 'more';
  const size = view.getInt32(start);
  const xid = view.getInt32(start + 4);
  const type = view.getInt32(start + 8);
  if (size < 8 || size > MAX_MESSAGE || operationName(type) === undefined || !fitsXid(xid, type)) return 'no';
  if (type === Op.ping || type === Op.closeSession || type === Op.whoAmI) return size === 8 ? 'yes' : 'no';
  const next = start + REQUEST_HEADER;
  if (next + 5 > end) return size < 9 ? 'no' : 'more';
  const field = view.getInt32(next);
  const rest = size - REQUEST_HEADER;
  switch (type) {
    case Op.auth:
      return field === 0 && rest > 8 ? 'yes' : 'no';
    case Op.sasl:
      return field === rest ? 'yes' : 'no';
    case Op.multi:
    case Op.multiRead:
      return (operationName(field) !== undefined && bytes[next + 4] === 0) || field === -1 ? 'yes' : 'no';
    case Op.setWatches:
    case Op.setWatches2:
      return xid === Xid.setWatches && rest >= 16 ? 'yes' : 'no';
    case Op.reconfig:
      return field >= -1 && field <= rest ? 'yes' : 'no';
    default:
      return bytes[next + 4] === SLASH && isTail(type, rest - field) && field > 0 ? 'yes' : 'no';
  }
}

/** Whether so many bytes may follow the path of an operation. */
function isTail(type: number, bytes: number): boolean {
  switch (type) {
    case Op.exists:
    case Op.getData:
    case Op.getChildren:
    case Op.getChildren2:
      return bytes === 1;
    case Op.delete:
    case Op.check:
    case Op.checkWatches:
    case Op.removeWatches:
    case Op.addWatch:
      return bytes === 4;
    case Op.setData:
    case Op.setACL:
      return bytes >= 8;
    case Op.create:
    case Op.create2:
    case Op.createContainer:
      return bytes >= 12;
    case Op.createTTL:
      return bytes >= 20;
    default:
      return bytes === 0;
  }
}

/** Whether a message of the server begins here that is recognised without its request. */
export function isAnswer(input: Input): Verdict {
  const { bytes, view, start, end } = input;
  if (end - start < 8) return 'more';
  const size = view.getInt32(start);
  const xid = view.getInt32(start + 4);
  if (xid === 0) return isConnected(input);
  if (xid !== Xid.notification && xid !== Xid.ping) return 'no';
  if (xid === Xid.ping ? size !== 16 : size < 28 || size > MAX_MESSAGE) return 'no';
  if (end - start < REPLY_HEADER) return 'more';
  if (xid === Xid.ping) return isErrorCode(view.getInt32(start + 16)) ? 'yes' : 'no';
  if (end - start < 33) return 'more';
  const known = view.getInt32(start + 16) === 0 && eventName(view.getInt32(start + 20)) !== undefined;
  const path = view.getInt32(start + 28);
  return known && path === size - 28 && (path === 0 || bytes[start + 32] === SLASH) ? 'yes' : 'no';
}
