/** Selects processes and connections: `pid=1`, `comm=nginx`, `exe=/usr/bin/redis-server`, `port=6379`, `cgroup=/a/b`, `container=abc`. */
export interface Selector {
  key: 'pid' | 'comm' | 'exe' | 'port' | 'cgroup' | 'container';
  value: string;
}

/** The processes to observe, as they come and go. */
export interface TargetView {
  /** True if nothing narrows the choice: every process is observed, except the excluded ones and the agent itself. */
  readonly all: boolean;
  /** Server or client ports that a connection must have, empty if ports play no part. */
  readonly ports: readonly number[];
  /** Ports whose connections are left out. */
  readonly excludedPorts: readonly number[];
  /** Whether the process is a target now. */
  has(pid: number): boolean;
  /** Pids of targets now; with `all`, of none in particular. */
  pids(): Iterable<number>;
  /** Map for the kernel side, shared between objects: tgid (u32) → 1 target, 2 excluded. Null where there is no kernel. */
  readonly map: unknown;
  /** Calls back when a process becomes a target or ceases to be one. Returns how to undo it. */
  onChange(listener: (pid: number, target: boolean) => void): () => void;
}
