/** How the line of a command is laid out: where its keys are, and whether a value follows. */
export type Layout = 'keys' | 'keys after time' | 'storage' | 'key' | 'meta' | 'meta storage' | 'bare';

const layouts = new Map<string, Layout>();
const add = (layout: Layout, names: string) => {
  for (const name of names.split(' ')) layouts.set(name, layout);
};
add('keys', 'get gets');
add('keys after time', 'gat gats');
add('storage', 'set add replace append prepend cas');
add('key', 'incr decr delete touch');
add('meta', 'mg md ma me');
add('meta storage', 'ms');
add('bare', 'mn stats flush_all version quit verbosity shutdown lru lru_crawler slabs watch cache_memlimit misbehave');

/** Layout of the command with this name in lower case; undefined for what is no command. */
export const layoutOf = (name: string): Layout | undefined => layouts.get(name);

const upper = new Map([...layouts.keys()].map((name) => [name, name.toUpperCase()]));
/** Name of the command in capitals. */
export const operationOf = (name: string): string => upper.get(name) ?? name;

/** Operations of the binary protocol by their number, and whether only failures (of gets: only hits) are answered. */
export const OPCODES: ReadonlyMap<number, { operation: string; quiet: boolean }> = new Map(
  (
    [
      ...['GET', 'SET', 'ADD', 'REPLACE', 'DELETE', 'INCR', 'DECR', 'QUIT', 'FLUSH_ALL', 'GET.', 'NOOP', 'VERSION'],
      ...['GETK', 'GETK.', 'APPEND', 'PREPEND', 'STATS', 'SET.', 'ADD.', 'REPLACE.', 'DELETE.', 'INCR.', 'DECR.'],
      ...['QUIT.', 'FLUSH_ALL.', 'APPEND.', 'PREPEND.', 'VERBOSITY', 'TOUCH', 'GAT', 'GAT.'],
      ...['', 'SASL_LIST', 'SASL_AUTH', 'SASL_STEP', 'GATK', 'GATK.'],
    ] as const
  )
    .map((name, opcode) => [opcode, { operation: name.replace('.', ''), quiet: name.endsWith('.') }] as const)
    .filter(([, { operation }]) => operation !== ''),
);

/** Statuses of the binary protocol by their number, in the words of the text protocol where it has any. */
export const STATUSES: ReadonlyMap<number, { status: string; failed: boolean }> = new Map([
  [0x00, { status: 'OK', failed: false }],
  [0x01, { status: 'NOT_FOUND', failed: false }],
  [0x02, { status: 'EXISTS', failed: false }],
  [0x03, { status: 'TOO_LARGE', failed: true }],
  [0x04, { status: 'INVALID_ARGUMENTS', failed: true }],
  [0x05, { status: 'NOT_STORED', failed: false }],
  [0x06, { status: 'NON_NUMERIC', failed: true }],
  [0x20, { status: 'AUTH_ERROR', failed: true }],
  [0x21, { status: 'AUTH_CONTINUE', failed: false }],
  [0x81, { status: 'UNKNOWN_COMMAND', failed: true }],
  [0x82, { status: 'OUT_OF_MEMORY', failed: true }],
  [0x83, { status: 'NOT_SUPPORTED', failed: true }],
  [0x84, { status: 'INTERNAL_ERROR', failed: true }],
  [0x85, { status: 'BUSY', failed: true }],
  [0x86, { status: 'TEMPORARY_FAILURE', failed: true }],
]);

/** Lines of the text protocol that are a whole answer. */
export const ANSWERS: ReadonlySet<string> = new Set(
  'STORED NOT_STORED EXISTS NOT_FOUND DELETED TOUCHED OK VERSION HD EN NS EX NF MN ME NA BUSY BADCLASS NOSPARE NOTFULL UNSAFE SAME RESET'.split(
    ' ',
  ),
);

/** Lines of the text protocol that say that the command failed. */
export const ERRORS: ReadonlySet<string> = new Set(['ERROR', 'CLIENT_ERROR', 'SERVER_ERROR']);
