import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { ProcessSource, ProcessStat } from '../contracts/index.js';

const DELETED = ' (deleted)';
/** Most bytes read of a file whose size the process decides (arguments, environment). */
const MOST_ARGUMENTS = 4096;
const MOST_ENVIRONMENT = 128 * 1024;

/** Reads of processes from `/proc`. */
export class ProcFileSystem implements ProcessSource {
  readonly #root: string;
  readonly #buffer = Buffer.allocUnsafe(MOST_ENVIRONMENT);

  /** @param root where procfs is mounted; of the host, for an agent in a container: `/host/proc` */
  constructor(root = '/proc') {
    this.#root = root;
  }

  pids(): number[] {
    const pids: number[] = [];
    try {
      for (const name of readdirSync(this.#root)) {
        const first = name.charCodeAt(0);
        if (first >= 0x30 && first <= 0x39) pids.push(Number(name));
      }
    } catch {
      // No procfs: no processes that could be told.
    }
    return pids;
  }

  stat(pid: number): ProcessStat | null {
    const text = this.#read(pid, 'stat', 1024);
    if (text === null) return null;
    // The name stands in parentheses and may hold any character, parentheses too: proc_pid_stat(5).
    const open = text.indexOf('(');
    const close = text.lastIndexOf(')');
    if (open < 0 || close < open) return null;
    const fields = text.slice(close + 2).split(' ');
    return { comm: text.slice(open + 1, close), ppid: Number(fields[1]), startTime: Number(fields[19]) };
  }

  executable(pid: number): string | null {
    try {
      const path = readlinkSync(`${this.#root}/${pid}/exe`);
      return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
    } catch {
      return null;
    }
  }

  commandLine(pid: number): string[] {
    const text = this.#read(pid, 'cmdline', MOST_ARGUMENTS);
    if (text === null || text === '') return [];
    return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
  }

  environment(pid: number, names: readonly string[]): Record<string, string> {
    const found: Record<string, string> = {};
    for (const entry of this.#read(pid, 'environ', MOST_ENVIRONMENT)?.split('\0') ?? []) {
      const equals = entry.indexOf('=');
      const name = entry.slice(0, equals);
      if (equals > 0 && names.includes(name)) found[name] = entry.slice(equals + 1);
    }
    return found;
  }

  cgroups(pid: number): string[] {
    const paths: string[] = [];
    for (const line of this.#read(pid, 'cgroup', 8192)?.split('\n') ?? []) {
      // `hierarchy-id:controllers:path`; v2 has id 0 and no controllers: cgroups(7).
      const first = line.indexOf(':');
      const second = line.indexOf(':', first + 1);
      if (second < 0) continue;
      const path = line.slice(second + 1);
      if (line.startsWith('0::')) paths.unshift(path);
      else paths.push(path);
    }
    return paths;
  }

  #read(pid: number, name: string, most: number): string | null {
    let file: number;
    try {
      file = openSync(`${this.#root}/${pid}/${name}`, 'r');
    } catch {
      return null;
    }
    try {
      let end = 0;
      while (end < most) {
        const count = readSync(file, this.#buffer, end, most - end, null);
        if (count === 0) break;
        end += count;
      }
      return this.#buffer.toString('utf8', 0, end);
    } catch {
      // ESRCH: it exited between open and read.
      return null;
    } finally {
      closeSync(file);
    }
  }
}
