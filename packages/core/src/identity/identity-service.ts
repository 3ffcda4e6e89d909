import { LruMap } from '../collections/lru-map.js';
import type { Clock, IdentityView, ProcessIdentity, ProcessInfo, ProcessSource } from '../contracts/index.js';
import { containerOf } from './cgroup.js';
import { SERVICE_VARIABLES, serviceName } from './service-name.js';

/** Most processes that are remembered. */
const CAPACITY = 16_384;
/** How long a process is remembered after its exit: its last events are still to be read. Nanoseconds. */
const AFTERLIFE_NS = 10e9;
/** How long a failed read is believed, so that a pid that nobody can read costs one read a second. Nanoseconds. */
const UNKNOWN_NS = 1e9;

interface Entry {
  identity: ProcessIdentity;
  /** The entry holds until then, in nanoseconds of the clock. */
  until: number;
}

/** Knows processes by pid. Entries are dropped at exec, some time after exit, and when 16 384 others were used since. */
export class IdentityService implements IdentityView {
  readonly #source: ProcessSource;
  readonly #clock: Clock;
  readonly #catchUp: () => void;
  readonly #entries = new LruMap<number, Entry>(CAPACITY);

  /** @param catchUp has all that happened to processes by now told to `executed`, `exited` and `forked` */
  constructor(source: ProcessSource, clock: Clock, catchUp: () => void = () => {}) {
    this.#source = source;
    this.#clock = clock;
    this.#catchUp = catchUp;
  }

  lookup(pid: number): ProcessIdentity {
    const entry = this.#entries.get(pid);
    if (entry !== undefined && (entry.until === Number.POSITIVE_INFINITY || entry.until > this.#clock.now())) {
      return entry.identity;
    }
    const identity = this.#read(pid) ?? this.#heard(pid);
    const until = identity.name === null ? this.#clock.now() + UNKNOWN_NS : Number.POSITIVE_INFINITY;
    this.#entries.set(pid, { identity, until });
    return identity;
  }

  /** The short form that exchanges carry, or null for pid 0. */
  process(pid: number, tid: number): ProcessInfo | null {
    if (pid === 0) return null;
    const { name, container } = this.lookup(pid);
    return { pid, tid, name, container };
  }

  /** A new process, maybe with the pid of an old one. */
  forked(pid: number): void {
    this.#entries.delete(pid);
  }

  /** The process runs another program now. `comm` is what the kernel said of it, in case that it is gone before a read. */
  executed(pid: number, comm: string | null): void {
    this.#entries.delete(pid);
    if (comm !== null) this.#hint(pid, comm);
  }

  /** The process is gone. What is known of it is kept for a while; what the kernel said is better than nothing. */
  exited(pid: number, comm: string | null): void {
    const entry = this.#entries.peek(pid);
    if (entry !== undefined && entry.identity.name !== null) entry.until = this.#clock.now() + AFTERLIFE_NS;
    else if (comm !== null) this.#hint(pid, comm);
  }

  /** Processes that are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keeps a name that is used only if `/proc` has nothing better. */
  #hint(pid: number, comm: string): void {
    this.#entries.set(pid, { identity: { ...nobody(pid), name: comm }, until: 0 });
  }

  /** What the kernel said of a process that is gone: news of one that lived for milliseconds may be still to be read. */
  #heard(pid: number): ProcessIdentity {
    const known = this.#entries.peek(pid)?.identity;
    if (known !== undefined && known.name !== null) return known;
    this.#catchUp();
    return this.#entries.peek(pid)?.identity ?? nobody(pid);
  }

  #read(pid: number): ProcessIdentity | null {
    const stat = this.#source.stat(pid);
    if (stat === null) return null;
    const executable = this.#source.executable(pid);
    const commandLine = this.#source.commandLine(pid);
    const { container, pod } = containerOf(this.#source.cgroups(pid));
    const service = serviceName(this.#source.environment(pid, SERVICE_VARIABLES), executable, commandLine);
    return {
      pid,
      name: stat.comm,
      executable,
      commandLine,
      startTime: stat.startTime,
      container,
      pod,
      service: service ?? stat.comm,
    };
  }
}

function nobody(pid: number): ProcessIdentity {
  return {
    pid,
    name: null,
    executable: null,
    commandLine: [],
    startTime: 0,
    container: null,
    pod: null,
    service: null,
  };
}
