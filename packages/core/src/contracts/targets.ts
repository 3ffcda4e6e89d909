/** What a selector looks at. */
export type SelectorKey = 'pid' | 'comm' | 'exe' | 'port' | 'cgroup' | 'container';

/**
 * Selects processes or connections. Several selectors widen the choice.
 *
 * | selector | chooses |
 * |---|---|
 * | `pid=17` | the process and its descendants; the agent's own pid stands for whatever the agent starts |
 * | `comm=nginx`, `comm=worker*` | processes of that name (15 bytes, as the kernel keeps it) |
 * | `exe=/usr/bin/redis-server`, `exe=redis-server` | processes that run the file; without `/`, any file of that name |
 * | `port=6379` | connections with that port at either end, whatever their process |
 * | `cgroup=/system.slice/x.service` | processes in the cgroup or below it |
 * | `container=4f3c2a` | processes of the container, by its id or the beginning of it |
 */
export interface Selector {
  key: SelectorKey;
  value: string;
}

/** The processes to observe, as they come and go. */
export interface TargetView {
  /** True if nothing narrows the choice: every process is observed, except the excluded ones and the agent itself. */
  readonly all: boolean;
  /**
   * Ports that make a connection a target whatever its process, at either end; empty if ports play no part. A connection
   * is observed if `all`, or its process is a target, or it has one of these ports; exclusions win.
   */
  readonly ports: readonly number[];
  /** Ports whose connections are left out. */
  readonly excludedPorts: readonly number[];
  /** Whether the process is a target now. */
  has(pid: number): boolean;
  /** Pids of targets now; with `all`, of none in particular. */
  pids(): Iterable<number>;
  /**
   * Map for the kernel side, shared between objects by `load({ maps: { targets } })`: tgid (u32) → u8, 1 target,
   * 2 excluded. Null where there is no kernel. The kernel keeps it up itself at fork, exec and exit.
   */
  readonly map: unknown;
  /** Calls back when a process becomes a target or ceases to be one. Returns how to undo it. */
  onChange(listener: (pid: number, target: boolean) => void): () => void;
  /**
   * Makes a process and all its descendants targets from now on, besides what the selectors choose. Without selectors
   * (`all`) they are targets already.
   */
  addTree(pid: number): void;
}
