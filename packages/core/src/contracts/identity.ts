/** What is known of a process, read once from `/proc` and kept until it calls `exec` or exits. */
export interface ProcessIdentity {
  pid: number;
  /** Name of the process (comm, at most 15 bytes), or null where it was gone before it could be read. */
  name: string | null;
  /** Path of the executable in the process's own mount namespace, or null. */
  executable: string | null;
  /** Arguments, the program's own name first; empty for kernel threads and zombies. At most 4096 bytes are read. */
  commandLine: readonly string[];
  /** Start, in clock ticks since boot: with the pid it names a process uniquely. 0 where it isn't known. */
  startTime: number;
  /** Container id (64 hexadecimal digits) or null. */
  container: string | null;
  /** Uid of the Kubernetes pod, or null. */
  pod: string | null;
  /** Name of the service: `OTEL_SERVICE_NAME` or `service.name` of the process's environment, else what it runs. */
  service: string | null;
}

/** Tells which process is behind a pid. */
export interface IdentityView {
  /**
   * The identity of a process. The first lookup reads `/proc` (some 50 µs), later ones a cache of 16 384 entries.
   * Never null: of a process that is gone only `pid` is known.
   */
  lookup(pid: number): ProcessIdentity;
}
