/** What is known of a command. */
export interface Command {
  /** Leading arguments that may be shown: keys, fields, numbers, options. The rest are values, and masked. */
  keep: number;
  /** From this argument on, every second one is a value; -1 for commands without such pairs. */
  pairsFrom: number;
  /** True if the first argument is a second word of the command. */
  container: boolean;
  /** True if the reply changes the meaning of what follows on the connection. */
  decisive: boolean;
}

/** Commands whose arguments are keys, fields, numbers and options only. */
const KEEP_ALL = `ASKING BGREWRITEAOF BGSAVE BITCOUNT BITFIELD BITFIELD_RO BITOP BITPOS BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH
  BZMPOP BZPOPMAX BZPOPMIN COPY DBSIZE DECR DECRBY DEL DISCARD DUMP EXEC EXISTS EXPIRE EXPIREAT EXPIRETIME FAILOVER
  FLUSHALL FLUSHDB GEODIST GEOHASH GEOPOS GEORADIUS GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEORADIUS_RO GEOSEARCH
  GEOSEARCHSTORE GET GETBIT GETDEL GETEX GETRANGE HDEL HEXISTS HEXPIRE HEXPIREAT HEXPIRETIME HGET HGETALL HGETDEL HGETEX
  HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HPERSIST HPEXPIRE HPEXPIREAT HPEXPIRETIME HPTTL HRANDFIELD HSCAN HSTRLEN HTTL
  HVALS INCR INCRBY INCRBYFLOAT INFO KEYS LASTSAVE LCS LINDEX LLEN LMOVE LMPOP LOLWUT LPOP LRANGE LTRIM MGET MOVE MULTI
  OBJECT PERSIST PEXPIRE PEXPIREAT PEXPIRETIME PFCOUNT PFMERGE PFSELFTEST PTTL QUIT RANDOMKEY READONLY READWRITE RENAME
  RENAMENX REPLCONF REPLICAOF RESET ROLE RPOP RPOPLPUSH SAVE SCAN SCARD SDIFF SDIFFSTORE SELECT SETBIT SHUTDOWN SINTER
  SINTERCARD SINTERSTORE SLAVEOF SMEMBERS SORT SORT_RO SPOP SRANDMEMBER SSCAN STRLEN SUBSTR SUNION SUNIONSTORE SWAPDB
  TIME TOUCH TTL TYPE UNLINK UNWATCH WAIT WAITAOF WATCH XACK XACKDEL XAUTOCLAIM XCLAIM XDEL XDELEX XLEN XPENDING XRANGE
  XREAD XREADGROUP XREVRANGE XSETID XTRIM ZCARD ZCOUNT ZDIFF ZDIFFSTORE ZINTER ZINTERCARD ZINTERSTORE ZMPOP ZPOPMAX
  ZPOPMIN ZRANDMEMBER ZRANGE ZRANGEBYSCORE ZRANGESTORE ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE ZSCAN
  ZUNION ZUNIONSTORE PUNSUBSCRIBE UNSUBSCRIBE SUNSUBSCRIBE VCARD VDIM VINFO`;

/** Commands whose first argument only may be shown. */
const KEEP_ONE = `APPEND DELEX DIGEST GEOADD GETSET HELLO HSETEX LPOS LPUSH LPUSHX PFADD PFDEBUG PUBLISH RPUSH RPUSHX
  SADD SET SETNX SISMEMBER SMISMEMBER SPUBLISH SREM VADD VEMB VGETATTR VLINKS VRANDMEMBER VREM VSETATTR VSIM ZADD
  ZLEXCOUNT ZMSCORE ZRANGEBYLEX ZRANK ZREM ZREMRANGEBYLEX ZREVRANGEBYLEX ZREVRANK ZSCORE`;

/** Commands whose first two arguments may be shown. */
const KEEP_TWO = `EVAL EVALSHA EVALSHA_RO EVAL_RO FCALL FCALL_RO HSETNX LINSERT LREM LSET PSETEX RESTORE RESTORE-ASKING
  SETEX SETRANGE SMOVE XADD ZINCRBY`;

/** Commands of two words; what may be shown beyond the second word differs. */
const CONTAINERS: Record<string, number> = {
  ACL: 2,
  CLIENT: Number.POSITIVE_INFINITY,
  CLUSTER: Number.POSITIVE_INFINITY,
  COMMAND: Number.POSITIVE_INFINITY,
  CONFIG: 2,
  DEBUG: 2,
  FUNCTION: 1,
  LATENCY: Number.POSITIVE_INFINITY,
  MEMORY: Number.POSITIVE_INFINITY,
  MODULE: 2,
  OBJECT: Number.POSITIVE_INFINITY,
  PUBSUB: Number.POSITIVE_INFINITY,
  SCRIPT: 1,
  SENTINEL: 2,
  SLOWLOG: Number.POSITIVE_INFINITY,
  XGROUP: Number.POSITIVE_INFINITY,
  XINFO: Number.POSITIVE_INFINITY,
};

const DECISIVE = new Set(['SELECT', 'SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR', 'PSYNC', 'SYNC', 'RESET']);

const commands = new Map<string, Command>();

function add(names: string, keep: number, pairsFrom = -1): void {
  for (const name of names.split(/\s+/)) {
    commands.set(name, { keep, pairsFrom, container: name in CONTAINERS, decisive: DECISIVE.has(name) });
  }
}

add(KEEP_ALL, Number.POSITIVE_INFINITY);
add(KEEP_ONE, 1);
add(KEEP_TWO, 2);
add('AUTH ECHO PING', 0);
add('MIGRATE', 5);
add('MSET MSETNX', Number.POSITIVE_INFINITY, 0);
add('MSETEX HSET HMSET', Number.POSITIVE_INFINITY, 1);
add('SUBSCRIBE PSUBSCRIBE SSUBSCRIBE MONITOR PSYNC SYNC', Number.POSITIVE_INFINITY);
for (const [name, keep] of Object.entries(CONTAINERS)) add(name, keep);

/** Stands for commands that nobody here knows: their first argument is a key more often than not. */
const UNKNOWN: Command = { keep: 1, pairsFrom: -1, container: false, decisive: false };

/** What is known of a command, by its name in capitals. */
export function commandOf(name: string): Command {
  return commands.get(name) ?? UNKNOWN;
}

/** True if the name in capitals is a command of Redis 8 or before. */
export function isCommand(name: string): boolean {
  return commands.has(name);
}

/** Whether the argument at `index` may be shown. */
export function isShown({ keep, pairsFrom }: Command, index: number): boolean {
  if (index >= keep) return false;
  return pairsFrom < 0 || index < pairsFrom || ((index - pairsFrom) & 1) === 0;
}
