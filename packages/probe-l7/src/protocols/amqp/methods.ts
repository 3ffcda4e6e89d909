/** Who may send a method: bits. */
export const CLIENT = 1;
export const SERVER = 2;
const BOTH = CLIENT | SERVER;

/** What the protocol says of a method. Source: AMQP 0-9-1, section 1 of the reference, and RabbitMQ's extensions. */
export interface Method {
  /** `class << 16 | method`, as both stand in the frame. */
  readonly key: number;
  /** `Basic.Publish` */
  readonly name: string;
  /** {@link CLIENT}, {@link SERVER} or both. */
  readonly senders: number;
  /** `call` awaits a reply, `reply` is one, `async` neither. */
  readonly role: 'call' | 'reply' | 'async';
  /** Of a reply: key of the method that it answers. Else 0. */
  readonly answers: number;
  /** Content (a header and a body) follows on the same channel. */
  readonly content: boolean;
}

const methods = new Map<number, Method>();

function define(key: number, name: string, senders: number, role: Method['role'], answers = 0, content = false): void {
  methods.set(key, { key, name, senders, role, answers, content });
}

/** A method with its reply, which usually has the next number. */
function call(family: string, classId: number, name: string, methodId: number, senders: number, reply = methodId + 1) {
  const key = (classId << 16) | methodId;
  define(key, `${family}.${name}`, senders, 'call');
  define((classId << 16) | reply, `${family}.${name}-Ok`, senders === BOTH ? BOTH : BOTH ^ senders, 'reply', key);
}

/** Keys of the methods that mean something special to the parser. */
export const Key = {
  start: 0x0a_000a,
  startOk: 0x0a_000b,
  tune: 0x0a_001e,
  tuneOk: 0x0a_001f,
  open: 0x0a_0028,
  close: 0x0a_0032,
  closeOk: 0x0a_0033,
  blocked: 0x0a_003c,
  channelOpen: 0x14_000a,
  channelFlow: 0x14_0014,
  channelClose: 0x14_0028,
  channelCloseOk: 0x14_0029,
  exchangeDeclare: 0x28_000a,
  exchangeDelete: 0x28_0014,
  exchangeBind: 0x28_001e,
  exchangeUnbind: 0x28_0028,
  queueDeclare: 0x32_000a,
  queueDeclareOk: 0x32_000b,
  queueBind: 0x32_0014,
  queuePurge: 0x32_001e,
  queuePurgeOk: 0x32_001f,
  queueDelete: 0x32_0028,
  queueDeleteOk: 0x32_0029,
  queueUnbind: 0x32_0032,
  qos: 0x3c_000a,
  consume: 0x3c_0014,
  consumeOk: 0x3c_0015,
  cancel: 0x3c_001e,
  cancelOk: 0x3c_001f,
  publish: 0x3c_0028,
  return: 0x3c_0032,
  deliver: 0x3c_003c,
  get: 0x3c_0046,
  getOk: 0x3c_0047,
  getEmpty: 0x3c_0048,
  ack: 0x3c_0050,
  reject: 0x3c_005a,
  nack: 0x3c_0078,
  confirmSelect: 0x55_000a,
} as const;

call('Connection', 10, 'Start', 10, SERVER);
call('Connection', 10, 'Secure', 20, SERVER);
call('Connection', 10, 'Tune', 30, SERVER);
call('Connection', 10, 'Open', 40, CLIENT);
call('Connection', 10, 'Close', 50, BOTH);
define(Key.blocked, 'Connection.Blocked', SERVER, 'async');
define(0x0a_003d, 'Connection.Unblocked', SERVER, 'async');
call('Connection', 10, 'Update-Secret', 70, CLIENT);
call('Channel', 20, 'Open', 10, CLIENT);
call('Channel', 20, 'Flow', 20, BOTH);
call('Channel', 20, 'Close', 40, BOTH);
call('Access', 30, 'Request', 10, CLIENT);
call('Exchange', 40, 'Declare', 10, CLIENT);
call('Exchange', 40, 'Delete', 20, CLIENT);
call('Exchange', 40, 'Bind', 30, CLIENT);
call('Exchange', 40, 'Unbind', 40, CLIENT, 51);
call('Queue', 50, 'Declare', 10, CLIENT);
call('Queue', 50, 'Bind', 20, CLIENT);
call('Queue', 50, 'Purge', 30, CLIENT);
call('Queue', 50, 'Delete', 40, CLIENT);
call('Queue', 50, 'Unbind', 50, CLIENT);
call('Basic', 60, 'Qos', 10, CLIENT);
call('Basic', 60, 'Consume', 20, CLIENT);
call('Basic', 60, 'Cancel', 30, BOTH);
define(Key.publish, 'Basic.Publish', CLIENT, 'async', 0, true);
define(Key.return, 'Basic.Return', SERVER, 'async', 0, true);
define(Key.deliver, 'Basic.Deliver', SERVER, 'async', 0, true);
define(Key.get, 'Basic.Get', CLIENT, 'call');
define(Key.getOk, 'Basic.Get-Ok', SERVER, 'reply', Key.get, true);
define(Key.getEmpty, 'Basic.Get-Empty', SERVER, 'reply', Key.get);
define(Key.ack, 'Basic.Ack', BOTH, 'async');
define(Key.reject, 'Basic.Reject', CLIENT, 'async');
define(0x3c_0064, 'Basic.Recover-Async', CLIENT, 'async');
call('Basic', 60, 'Recover', 110, CLIENT);
define(Key.nack, 'Basic.Nack', BOTH, 'async');
call('Confirm', 85, 'Select', 10, CLIENT);
call('Tx', 90, 'Select', 10, CLIENT);
call('Tx', 90, 'Commit', 20, CLIENT);
call('Tx', 90, 'Rollback', 30, CLIENT);

/** The method with this key, or undefined. */
export function methodOf(key: number): Method | undefined {
  return methods.get(key);
}
