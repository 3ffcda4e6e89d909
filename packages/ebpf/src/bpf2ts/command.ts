import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Btf } from '../btf/index.js';
import { SondeError } from '../error.js';
import { generateDecoders } from './generate-decoders.js';

const usage = `Usage: bpf2ts OBJECT --struct NAME… [options]

Generates TypeScript that reads structs of a BPF object where they lie, from the object's BTF.

  OBJECT                    an object built with clang -g, or raw BTF such as /sys/kernel/btf/vmlinux
  --struct NAME…            structs or unions to read
  --writable NAME…          structs that are also written: they get $write and $encode
  --enum NAME…              enumerations that become constant objects
  --bigint STRUCT.FIELD…    fields that use more than 53 bits
  --out FILE                where to write; standard output if it is absent
  --check                   write nothing; exit 1 if FILE is not what would be written
  --help
`;

/** Where the command writes. */
export interface CommandStreams {
  out(text: string): void;
  error(text: string): void;
}

interface Parsed {
  lists: Record<'struct' | 'writable' | 'enum' | 'bigint', string[]>;
  object: string | undefined;
  out: string | undefined;
  check: boolean;
  help: boolean;
}

/**
 * The command `bpf2ts`.
 *
 * @returns exit status: 0 done, 1 a fault or a file that has drifted, 2 usage
 */
export function bpf2ts(args: readonly string[], streams: CommandStreams): number {
  let parsed: Parsed;
  try {
    parsed = parse(args);
  } catch (error) {
    streams.error(`bpf2ts: ${(error as Error).message}\n`);
    return 2;
  }
  if (parsed.help) {
    streams.out(usage);
    return 0;
  }
  const { lists, object, out, check } = parsed;
  if (object === undefined || lists.struct.length + lists.writable.length + lists.enum.length === 0) {
    streams.error(`bpf2ts: name an object and at least one struct or enum\n\n${usage}`);
    return 2;
  }
  if (check && out === undefined) {
    streams.error('bpf2ts: --check needs --out FILE\n');
    return 2;
  }
  try {
    const text = generateDecoders(Btf.open(object), {
      structs: lists.struct,
      writable: lists.writable,
      enums: lists.enum,
      bigint: lists.bigint,
      origin: `bpf2ts from ${basename(object)}`,
    });
    if (check) return compare(out as string, text, streams);
    if (out === undefined) streams.out(text);
    else writeFileSync(out, text);
    return 0;
  } catch (error) {
    const hint = error instanceof SondeError && error.hint ? ` (${error.hint})` : '';
    streams.error(`bpf2ts: ${(error as Error).message}${hint}\n`);
    return 1;
  }
}

function compare(file: string, expected: string, streams: CommandStreams): number {
  let actual: string;
  try {
    actual = readFileSync(file, 'utf8');
  } catch {
    streams.error(`bpf2ts: ${file} does not exist: run without --check\n`);
    return 1;
  }
  if (actual === expected) return 0;
  const [expectedLines, actualLines] = [expected.split('\n'), actual.split('\n')];
  const line = expectedLines.findIndex((text, index) => text !== actualLines[index]);
  const at = line < 0 ? expectedLines.length : line;
  streams.error(
    `bpf2ts: ${file} has drifted from the object: run without --check\n` +
      `  line ${at + 1}\n  - ${actualLines[at] ?? '(end)'}\n  + ${expectedLines[at] ?? '(end)'}\n`,
  );
  return 1;
}

function parse(args: readonly string[]): Parsed {
  const list = { type: 'string', multiple: true } as const;
  const { values, tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    tokens: true,
    options: {
      struct: list,
      writable: list,
      enum: list,
      bigint: list,
      out: { type: 'string' },
      check: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const lists: Parsed['lists'] = { struct: [], writable: [], enum: [], bigint: [] };
  let object: string | undefined;
  let current: string[] | null = null;
  // An option that takes names takes all that follow it: `--struct a b c`.
  for (const token of tokens) {
    if (token.kind === 'option') {
      current = lists[token.name as keyof typeof lists] ?? null;
      if (current && token.value !== undefined) current.push(token.value);
    } else if (token.kind === 'positional') {
      if (current) current.push(token.value);
      else if (object === undefined) object = token.value;
      else throw new Error(`one object at a time, not also ${token.value}`);
    }
  }
  return { lists, object, out: values.out, check: values.check === true, help: values.help === true };
}
