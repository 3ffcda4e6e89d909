import { RUNTIME_INCONSISTENCY } from './errors.js';
import type { ZookeeperResponse } from './messages.js';
import { Op } from './operations.js';
import type { Records } from './records.js';

/** A failed operation among the results of a multi. */
const ERROR = -1;
const MAX_COUNTED = 100_000;

/** Takes what is worth knowing of the answer to an operation that went well. */
export function readResponse(type: number, from: Records, response: ZookeeperResponse): void {
  switch (type) {
    case Op.create:
    case Op.sync:
      setPath(from, response);
      return;
    case Op.create2:
    case Op.createContainer:
    case Op.createTTL:
      setPath(from, response);
      setVersion(from, response);
      return;
    case Op.exists:
    case Op.setData:
    case Op.setACL:
      setVersion(from, response);
      return;
    case Op.getData:
    case Op.reconfig:
      if (from.left >= 4) response.dataBytes = from.buffer();
      setVersion(from, response);
      return;
    case Op.getACL:
      from.acls();
      setVersion(from, response);
      return;
    case Op.getChildren:
    case Op.getChildren2:
    case Op.getEphemerals:
    case Op.getAllChildrenNumber:
      if (from.left >= 4) response.childCount = Math.max(0, from.int());
      return;
    case Op.multi:
    case Op.multiRead:
      readResults(from, response);
      return;
    default:
  }
}

function setPath(from: Records, response: ZookeeperResponse): void {
  const path = from.string();
  if (path !== null) response.path = path;
}

function setVersion(from: Records, response: ZookeeperResponse): void {
  const version = from.stat();
  if (!from.short) response.version = version;
}

/** Results as they were asked for; of errors the first counts that isn't but the consequence of another. */
function readResults(from: Records, response: ZookeeperResponse): void {
  for (let count = 0; count < MAX_COUNTED; count++) {
    const type = from.int();
    const done = from.bool();
    const header = from.int();
    if (from.short) return;
    if (done) {
      response.operationCount = count;
      return;
    }
    const code = type === ERROR ? from.int() : header;
    if (code !== 0 && code !== RUNTIME_INCONSISTENCY && response.errorCode === 0) response.errorCode = code;
    skipResult(type, from);
  }
}

function skipResult(type: number, from: Records): void {
  switch (type) {
    case Op.create:
      from.buffer();
      return;
    case Op.create2:
    case Op.createContainer:
    case Op.createTTL:
    case Op.getData:
      from.buffer();
      from.stat();
      return;
    case Op.setData:
      from.stat();
      return;
    case Op.getChildren:
      from.strings();
      return;
    default:
  }
}
