/** What is known of a command. */
export interface Command {
  /** Leading arguments that may be shown: keys, fields, numbers, options. The rest are values, and masked. */
  keep: number;
  /** From this argument on, every second one is a value; -1 for commands without such pairs. */
  pairsFrom: number;
  /** True if the first argument is a second word of the command. */
  container: boolean;
  /** The second argument counts the keys that follow it. What stands first is a script, its digest or a name. */
  counted: 'script' | 'digest' | null;
  /** True if the reply changes the meaning of what follows on the connection. */
  decisive: boolean;
}

/** Commands whose arguments are keys, fields, numbers and options only. */
const KEEP_ALL = `ASKING BGREWRITEAOF BGSAVE BITCOUNT BITFIELD_RO BITOP BITPOS BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH
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
const KEEP_ONE = `APPEND BITFIELD DELEX DIGEST GEOADD GETSET HELLO HSETEX LPOS LPUSH LPUSHX PFADD PFDEBUG PUBLISH RPUSH RPUSHX
  SADD SET SETNX SISMEMBER SMISMEMBER SPUBLISH SREM VADD VEMB VGETATTR VLINKS VRANDMEMBER VREM VSETATTR VSIM ZADD
  ZLEXCOUNT ZMSCORE ZRANGEBYLEX ZRANK ZREM ZREMRANGEBYLEX ZREVRANGEBYLEX ZREVRANK ZSCORE
  BF.ADD BF.EXISTS BF.INSERT BF.MADD BF.MEXISTS BF.RESERVE CF.ADD CF.ADDNX CF.DEL CF.EXISTS CF.INSERT CF.RESERVE
  CMS.INCRBY CMS.QUERY FT.AGGREGATE FT.ALTER FT.CREATE FT.DROPINDEX FT.INFO FT.SEARCH JSON.ARRAPPEND JSON.ARRINSERT
  JSON.ARRLEN JSON.ARRPOP JSON.CLEAR JSON.DEL JSON.GET JSON.MERGE JSON.NUMINCRBY JSON.OBJKEYS JSON.OBJLEN JSON.SET
  JSON.STRAPPEND JSON.STRLEN JSON.TOGGLE JSON.TYPE TDIGEST.ADD TOPK.ADD TOPK.LIST TOPK.QUERY TS.ADD TS.ALTER TS.CREATE
  TS.DEL TS.GET TS.INCRBY TS.INFO TS.RANGE TS.REVRANGE`;

/** Commands whose first two arguments may be shown. */
const KEEP_TWO = 'HSETNX LINSERT LREM LSET PSETEX RESTORE RESTORE-ASKING SETEX SETRANGE SMOVE XADD ZINCRBY';

/** Of a command of two words: what may be shown beyond the second word, and of which second words. */
interface Container {
  keep: number;
  subcommands: ReadonlySet<string>;
}

const ALL = Number.POSITIVE_INFINITY;

function container(keep: number, subcommands: string): Container {
  return { keep, subcommands: new Set(subcommands.split(/\s+/)) };
}

/** Commands of two words. Of second words that aren't named here no arguments are shown. */
const CONTAINERS: Record<string, Container> = {
  ACL: container(2, 'CAT DELUSER DRYRUN GENPASS GETUSER LOG SETUSER'),
  CLIENT: container(2, 'REPLY'),
  CLUSTER: container(
    ALL,
    `ADDSLOTS ADDSLOTSRANGE COUNT-FAILURE-REPORTS COUNTKEYSINSLOT DELSLOTS DELSLOTSRANGE FAILOVER FORGET GETKEYSINSLOT
     KEYSLOT MEET REPLICAS REPLICATE RESET SET-CONFIG-EPOCH SETSLOT SLAVES SLOT-STATS`,
  ),
  COMMAND: container(ALL, 'DOCS INFO'),
  CONFIG: container(2, 'GET SET'),
  DEBUG: container(1, ''),
  FUNCTION: container(1, ''),
  LATENCY: container(1, ''),
  MEMORY: container(ALL, 'USAGE'),
  MODULE: container(2, 'LOAD LOADEX UNLOAD'),
  OBJECT: container(ALL, 'ENCODING FREQ IDLETIME REFCOUNT'),
  PUBSUB: container(ALL, 'CHANNELS NUMSUB SHARDCHANNELS SHARDNUMSUB'),
  SCRIPT: container(1, ''),
  SENTINEL: container(
    2,
    `CKQUORUM CONFIG FAILOVER GET-MASTER-ADDR-BY-NAME MASTER MONITOR PRIMARY REMOVE REPLICAS RESET SENTINELS SET SLAVES`,
  ),
  SLOWLOG: container(ALL, 'GET'),
  XGROUP: container(ALL, 'CREATE CREATECONSUMER DELCONSUMER DESTROY SETID'),
  XINFO: container(ALL, 'CONSUMERS GROUPS STREAM'),
};

const DECISIVE = new Set(['SELECT', 'SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR', 'PSYNC', 'SYNC', 'RESET']);

const commands = new Map<string, Command>();

function add(names: string, keep: number, pairsFrom = -1): void {
  for (const name of names.split(/\s+/)) {
    commands.set(name, {
      keep,
      pairsFrom,
      container: name in CONTAINERS,
      counted: null,
      decisive: DECISIVE.has(name),
    });
  }
}

add(KEEP_ALL, ALL);
add(KEEP_ONE, 1);
add(KEEP_TWO, 2);
add('AUTH ECHO PING', 0);
add('MIGRATE', 5);
add('MSET MSETNX', ALL, 0);
add('MSETEX HSET HMSET', ALL, 1);
add('SUBSCRIBE PSUBSCRIBE SSUBSCRIBE MONITOR PSYNC SYNC', ALL);
for (const name of Object.keys(CONTAINERS)) add(name, 1);
for (const name of ['EVAL', 'EVAL_RO']) commands.set(name, counted('script'));
for (const name of ['EVALSHA', 'EVALSHA_RO', 'FCALL', 'FCALL_RO']) commands.set(name, counted('digest'));

function counted(by: 'script' | 'digest'): Command {
  return { keep: 2, pairsFrom: -1, container: false, counted: by, decisive: false };
}

/** Stands for commands that nobody here knows: a mistyped AUTH is one, so that no argument is shown. */
const UNKNOWN: Command = { keep: 0, pairsFrom: -1, container: false, counted: null, decisive: false };

/** What is known of a command, by its name in capitals. */
export function commandOf(name: string): Command {
  return commands.get(name) ?? UNKNOWN;
}

/** True if the name in capitals is a command of Redis 8 or before. */
export function isCommand(name: string): boolean {
  return commands.has(name);
}

/** Leading arguments, the second word included, that may be shown of a command of two words; both in capitals. */
export function keptOf(name: string, subcommand: string): number {
  const known = CONTAINERS[name];
  return known?.subcommands.has(subcommand) ? known.keep : 1;
}

/**
 * Whether the argument at `index` may be shown.
 *
 * @param keep leading arguments that may be, where the arguments seen so far tell it better than the command
 */
export function isShown({ keep: usual, pairsFrom, counted }: Command, index: number, keep = usual): boolean {
  if (index >= keep || (index === 0 && counted === 'script')) return false;
  return pairsFrom < 0 || index < pairsFrom || ((index - pairsFrom) & 1) === 0;
}
