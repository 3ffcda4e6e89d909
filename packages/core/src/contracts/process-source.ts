/** The few fields of `/proc/PID/stat` that the agent needs. */
export interface ProcessStat {
  /** Name of the process, at most 15 bytes. */
  comm: string;
  ppid: number;
  /** Start, in clock ticks since boot. */
  startTime: number;
}

/**
 * Where the agent reads of processes: `/proc` by default; tests and replays put their own in its place by the token
 * `PROCESS_SOURCE`. Nothing throws: what can't be read (gone, not permitted) is null or empty.
 */
export interface ProcessSource {
  /** Pids of all processes (thread group leaders). */
  pids(): number[];
  stat(pid: number): ProcessStat | null;
  /** Path of the executable, without the `(deleted)` that the kernel appends, or null. */
  executable(pid: number): string | null;
  /** Arguments; at most 4096 bytes of them. */
  commandLine(pid: number): string[];
  /** One variable of the environment that the process was started with, or null. */
  environment(pid: number, names: readonly string[]): Record<string, string>;
  /** Paths of the process in all cgroup hierarchies, v2 first. */
  cgroups(pid: number): string[];
}
