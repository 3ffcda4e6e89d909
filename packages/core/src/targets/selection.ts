import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessSource, Selector } from '../contracts/index.js';
import { containerOf } from '../identity/cgroup.js';
import { compileGlob } from './glob.js';
import { checkSelector, parseSelector } from './selector.js';

/** Bytes of a process name that the kernel keeps. */
const COMM_BYTES = 15;

/**
 * How a process came to be chosen: `tree`: it and its descendants, whatever they execute; `program`: it and its forks, as
 * long as they execute nothing else; null: not at all.
 */
export type Choice = 'tree' | 'program' | null;

/** A list of selectors in a form that processes can be held against. */
export class Selection {
  readonly selectors: readonly Selector[];
  readonly pids: ReadonlySet<number>;
  readonly ports: readonly number[];
  /** Globs of names, cut to what the kernel keeps of a name. */
  readonly comms: readonly string[];
  /** Globs of paths, or of file names where there is no `/`. Links are resolved, since the kernel shows the real file. */
  readonly executables: readonly string[];
  readonly #cgroups: readonly string[];
  readonly #containers: readonly string[];
  readonly #commTests: readonly ((text: string) => boolean)[];
  readonly #executableTests: readonly ((path: string) => boolean)[];

  /** @throws ConfigurationError `SELECTOR_INVALID` */
  constructor(selectors: readonly (string | Selector)[]) {
    this.selectors = selectors.map((one) => (typeof one === 'string' ? parseSelector(one) : checkSelector(one)));
    const values = (key: Selector['key']) => this.selectors.filter((one) => one.key === key).map((one) => one.value);
    this.pids = new Set(values('pid').map(Number));
    this.ports = [...new Set(values('port').map(Number))];
    this.comms = values('comm').map(cutName);
    this.executables = [...new Set(values('exe').flatMap((path) => [path, realPath(path)]))];
    this.#cgroups = values('cgroup');
    this.#containers = values('container');
    this.#commTests = this.comms.map(compileGlob);
    this.#executableTests = this.executables.map(compileExecutable);
  }

  /** True if there is no selector at all. */
  get empty(): boolean {
    return this.selectors.length === 0;
  }

  /** Holds a process against the selectors. Reads no more of it than they ask for. */
  choose(pid: number, comm: string, source: ProcessSource): Choice {
    if (this.pids.has(pid)) return 'tree';
    if (this.#inCgroup(pid, source)) return 'tree';
    if (this.#commTests.some((test) => test(comm))) return 'program';
    if (this.#executableTests.length > 0) {
      const path = source.executable(pid);
      if (path !== null && this.#executableTests.some((test) => test(path))) return 'program';
    }
    return null;
  }

  #inCgroup(pid: number, source: ProcessSource): boolean {
    if (this.#cgroups.length === 0 && this.#containers.length === 0) return false;
    const paths = source.cgroups(pid);
    if (this.#cgroups.some((wanted) => paths.some((path) => path === wanted || path.startsWith(`${wanted}/`))))
      return true;
    if (this.#containers.length === 0) return false;
    const { container } = containerOf(paths);
    return container !== null && this.#containers.some((wanted) => container.startsWith(wanted));
  }
}

function compileExecutable(pattern: string): (path: string) => boolean {
  const test = compileGlob(pattern);
  return pattern.includes('/') ? test : (path) => test(basename(path));
}

/** `/bin/sh` is a link to `/usr/bin/dash` on many systems, and the kernel knows only the latter. */
function realPath(path: string): string {
  if (!path.startsWith('/') || path.includes('*')) return path;
  try {
    return realpathSync(path);
  } catch {
    // The file is in a container, or not there yet.
    return path;
  }
}

/** The kernel keeps 15 bytes of a name, and so does the pattern; one with `*` within them is left as it is. */
function cutName(pattern: string): string {
  if (pattern.includes('*')) return pattern;
  return Buffer.from(pattern).subarray(0, COMM_BYTES).toString();
}
