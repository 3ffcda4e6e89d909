import { type MappedObject, mappedObjects } from './mapped-objects.js';
import { SymbolError } from './symbol-error.js';

/** What changed since the last scan. */
export interface ObjectChanges {
  /** Objects that no process had mapped before. */
  readonly appeared: MappedObject[];
  /** Objects that no process has mapped any more: detach from them. */
  readonly gone: MappedObject[];
}

/**
 * Keeps account of which objects a set of processes has mapped, each file once however many processes map it: a uprobe
 * belongs to the file. Scan a process again to find what it has opened with `dlopen` since.
 */
export class ObjectRegistry {
  readonly #read: (pid: number) => MappedObject[];
  /** By identity, then by pid: each process has its own path to the file. */
  readonly #objects = new Map<string, Map<number, MappedObject>>();
  readonly #byPid = new Map<number, Set<string>>();

  /** @param read - how a process's objects are found; tests override it */
  constructor(read: (pid: number) => MappedObject[] = mappedObjects) {
    this.#read = read;
  }

  /** The objects that are mapped by some process, as one of the living ones sees them. */
  get objects(): MappedObject[] {
    return [...this.#objects.values()].flatMap((views) => [...views.values()].slice(0, 1));
  }

  /** The pids that have been scanned. */
  get pids(): number[] {
    return [...this.#byPid.keys()];
  }

  /**
   * Looks at a process, again or for the first time. One that has ended is forgotten.
   *
   * @throws SymbolError `PROCESS_UNREADABLE`
   */
  scan(pid: number): ObjectChanges {
    let found: MappedObject[];
    try {
      found = this.#read(pid);
    } catch (error) {
      if (error instanceof SymbolError && error.code === 'PROCESS_GONE')
        return { appeared: [], gone: this.forget(pid) };
      throw error;
    }
    const before = this.#byPid.get(pid) ?? new Set<string>();
    const now = new Set(found.map((object) => object.identity));
    const appeared: MappedObject[] = [];
    for (const object of found) {
      const known = this.#objects.get(object.identity);
      if (known) {
        known.set(pid, object);
      } else {
        this.#objects.set(object.identity, new Map([[pid, object]]));
        appeared.push(object);
      }
    }
    const gone = [...before]
      .filter((identity) => !now.has(identity))
      .flatMap((identity) => this.#release(identity, pid));
    this.#byPid.set(pid, now);
    return { appeared, gone };
  }

  /** The process has ended, or is no longer of interest. Returns the objects that went with it. */
  forget(pid: number): MappedObject[] {
    const identities = this.#byPid.get(pid) ?? [];
    this.#byPid.delete(pid);
    return [...identities].flatMap((identity) => this.#release(identity, pid));
  }

  #release(identity: string, pid: number): MappedObject[] {
    const views = this.#objects.get(identity);
    const view = views?.get(pid);
    if (!views || !view) return [];
    views.delete(pid);
    if (views.size > 0) return [];
    this.#objects.delete(identity);
    return [view];
  }
}
