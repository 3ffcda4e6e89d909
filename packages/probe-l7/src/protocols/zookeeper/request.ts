import type { ZookeeperRequest } from './messages.js';
import { Op, operationName } from './operations.js';
import type { Records } from './records.js';

/** Most operations of a multi that are listed. */
const MAX_LISTED = 64;
/** Most operations of a multi that are counted. */
const MAX_COUNTED = 100_000;

/** Takes what is worth knowing of an operation; data, credentials and permissions are stepped over. */
export function readRequest(type: number, from: Records, request: ZookeeperRequest): void {
  switch (type) {
    case Op.ping:
    case Op.closeSession:
    case Op.whoAmI:
    case Op.reconfig:
      return;
    case Op.auth:
      from.int();
      request.resource = from.string();
      return;
    case Op.sasl:
      from.buffer();
      return;
    case Op.setWatches:
    case Op.setWatches2:
      from.long();
      for (let i = 0; i < (type === Op.setWatches ? 3 : 5); i++) from.strings();
      return;
    case Op.multi:
    case Op.multiRead:
      readMulti(from, request);
      return;
    default:
      request.resource = from.string();
      if (!from.short) readNode(type, from, request);
  }
}

/** What follows the path. */
function readNode(type: number, from: Records, request: ZookeeperRequest): void {
  switch (type) {
    case Op.exists:
    case Op.getData:
    case Op.getChildren:
    case Op.getChildren2:
      if (from.left > 0) request.watch = from.bool();
      else from.skip(1);
      return;
    case Op.delete:
    case Op.check:
      setVersion(from, request);
      return;
    case Op.setData:
      setDataBytes(from, request);
      setVersion(from, request);
      return;
    case Op.setACL:
      from.acls();
      setVersion(from, request);
      return;
    case Op.create:
    case Op.create2:
    case Op.createContainer:
    case Op.createTTL:
      setDataBytes(from, request);
      from.acls();
      from.int();
      if (type === Op.createTTL) from.skip(8);
      return;
    case Op.checkWatches:
    case Op.removeWatches:
    case Op.addWatch:
      from.int();
      return;
    default:
  }
}

/** The length stands before the data, which may be larger than the window. */
function setDataBytes(from: Records, request: ZookeeperRequest): void {
  if (from.left >= 4) request.dataBytes = from.buffer();
  else from.skip(4);
}

/** The version stands behind what may be larger than the window. */
function setVersion(from: Records, request: ZookeeperRequest): void {
  const version = from.int();
  if (!from.short) request.version = version;
}

/** Headers (type, done, error), each before an operation; the last one is `done`. */
function readMulti(from: Records, request: ZookeeperRequest): void {
  const part: ZookeeperRequest = { kind: 'request', operation: '', resource: null };
  const operations: string[] = [];
  for (let count = 0; count < MAX_COUNTED; count++) {
    const type = from.int();
    const done = from.bool();
    from.int();
    if (from.short) break;
    if (done) {
      request.operationCount = count;
      break;
    }
    readRequest(type === Op.multi || type === Op.multiRead ? Op.ping : type, from, part);
    // A path alone is worth its place, also if what follows it isn't there.
    if (count === 0) request.resource = part.resource;
    if (count < MAX_LISTED) operations.push(operationName(type) ?? String(type));
  }
  request.operations = operations;
}
