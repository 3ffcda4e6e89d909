/** Operations by the number that a request carries (org.apache.zookeeper.ZooDefs.OpCode). */
const NAMES: Readonly<Record<number, string>> = {
  [-11]: 'closeSession',
  [-10]: 'createSession',
  1: 'create',
  2: 'delete',
  3: 'exists',
  4: 'getData',
  5: 'setData',
  6: 'getACL',
  7: 'setACL',
  8: 'getChildren',
  9: 'sync',
  11: 'ping',
  12: 'getChildren2',
  13: 'check',
  14: 'multi',
  15: 'create2',
  16: 'reconfig',
  17: 'checkWatches',
  18: 'removeWatches',
  19: 'createContainer',
  20: 'deleteContainer',
  21: 'createTTL',
  22: 'multiRead',
  100: 'auth',
  101: 'setWatches',
  102: 'sasl',
  103: 'getEphemerals',
  104: 'getAllChildrenNumber',
  105: 'setWatches2',
  106: 'addWatch',
  107: 'whoAmI',
};

/** Numbers of operations that the parser treats in a way of their own. */
export const Op = {
  closeSession: -11,
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
} as const;

/** Xids that are no numbers of requests (org.apache.zookeeper.ClientCnxn). */
export const Xid = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const;

/** Name of an operation, or undefined for a number that means none. */
export function operationName(type: number): string | undefined {
  return NAMES[type];
}

/** Whether a request of this operation may carry this xid: the special ones belong to certain operations. */
export function fitsXid(xid: number, type: number): boolean {
  if (xid === Xid.ping) return type === Op.ping;
  if (xid === Xid.auth) return type === Op.auth;
  if (xid === Xid.setWatches) return type === Op.setWatches || type === Op.setWatches2;
  return xid >= 0;
}
