import { readFileSync } from 'node:fs';
import { SymbolError } from './symbol-error.js';

/** A stretch of a process's memory that shows a file. */
export interface ObjectMapping {
  /** First address. */
  readonly start: number;
  /** Address behind the last one. */
  readonly end: number;
  /** Offset in the file of `start`, in bytes. */
  readonly offset: number;
}

/** A file of which a process has mapped code: its executable, a library, something that it opened with `dlopen`. */
export interface MappedObject {
  readonly pid: number;
  /** Path as the process sees it, in its own mount namespace. */
  readonly path: string;
  /** Path by which this process can open the same file, now: through `/proc/PID/root`, or `map_files` if it is deleted. */
  readonly file: string;
  /** `major:minor:inode`: the same for one file in all processes, containers that share an image's layer included. */
  readonly identity: string;
  /** True if the file was removed or replaced since it was mapped (a package upgrade under a running server). */
  readonly deleted: boolean;
  /** The executable stretches, in order of their addresses. */
  readonly mappings: readonly ObjectMapping[];
}

// Address range, permissions, offset, device, inode, path (proc_pid_maps(5)).
const line = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) +(\/.*)$/;
const deletedMark = ' (deleted)';

/**
 * The files of which a process has mapped code, each once.
 *
 * @throws SymbolError `PROCESS_GONE`, or `PROCESS_UNREADABLE` without the privilege (`CAP_SYS_PTRACE`)
 */
export function mappedObjects(pid: number): MappedObject[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/maps`, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH')
      throw new SymbolError('PROCESS_GONE', `process ${pid} has ended`, { cause });
    throw new SymbolError('PROCESS_UNREADABLE', `memory maps of process ${pid} can't be read: ${code}`, {
      hint: 'run as root or with CAP_SYS_PTRACE',
      cause,
    });
  }
  return parseMaps(pid, text);
}

/** Reads the text of `/proc/PID/maps`. */
export function parseMaps(pid: number, text: string): MappedObject[] {
  const objects = new Map<string, MappedObject & { mappings: ObjectMapping[] }>();
  for (const row of text.split('\n')) {
    const match = line.exec(row);
    if (!match) continue;
    const [, start, end, permissions, offset, device, inode, shown] = match as unknown as string[];
    if (permissions![2] !== 'x' || inode === '0') continue;
    const identity = `${device}:${inode}`;
    const mapping = { start: hex(start!), end: hex(end!), offset: hex(offset!) };
    const known = objects.get(identity);
    if (known) {
      known.mappings.push(mapping);
      continue;
    }
    const deleted = shown!.endsWith(deletedMark);
    const path = unescapePath(deleted ? shown!.slice(0, -deletedMark.length) : shown!);
    const file = deleted ? `/proc/${pid}/map_files/${start}-${end}` : `/proc/${pid}/root${path}`;
    objects.set(identity, { pid, path, file, identity, deleted, mappings: [mapping] });
  }
  return [...objects.values()];
}

/** Offset in the file of an address in the process's memory; null if it isn't code of this object. */
export function fileOffsetOf(object: MappedObject, address: number): number | null {
  const mapping = object.mappings.find(({ start, end }) => address >= start && address < end);
  return mapping ? mapping.offset + address - mapping.start : null;
}

function hex(text: string): number {
  return Number.parseInt(text, 16);
}

/** The kernel writes a newline in a path as `\012`, and nothing else so. */
function unescapePath(path: string): string {
  return path.replaceAll('\\012', '\n');
}
