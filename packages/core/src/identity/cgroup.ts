/** What a cgroup path says of the container. */
export interface ContainerIds {
  /** Container id (64 hexadecimal digits) or null. */
  container: string | null;
  /** Uid of the Kubernetes pod, with dashes, or null. */
  pod: string | null;
}

/**
 * The last part of a path that names a container, by any of the runtimes:
 *
 * - docker, v1: `/docker/ID`; v2 with systemd: `/system.slice/docker-ID.scope`
 * - containerd under Kubernetes: `/kubepods/burstable/podUID/ID`, `…-podUID.slice/cri-containerd-ID.scope`, and with
 *   the systemd driver misread, `…slice:cri-containerd:ID`
 * - cri-o: `…/crio-ID.scope`, `…/crio-ID`
 * - podman: `/machine.slice/libpod-ID.scope`, `…/libpod-ID.scope/container`, `/libpod_parent/libpod-ID`
 */
const CONTAINER = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?=[/:]|$)/g;
/** Monitors that stand beside a container and are no part of it. */
const MONITOR = /(?:crio|libpod)-conmon-[0-9a-f]{64}/;
/** The uid in a kubelet's path: dashes, or underscores where systemd's slices forbid them. */
const POD = /(?:^|[/-])pod([0-9a-f]{8}([-_])[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12})(?:\.slice)?(?=[/:]|$)/;

/** Reads container and pod from a process's cgroup paths (v1 and v2). With nested containers it is the innermost. */
export function containerOf(cgroups: readonly string[]): ContainerIds {
  let container: string | null = null;
  let pod: string | null = null;
  for (const path of cgroups) {
    if (MONITOR.test(path)) continue;
    if (container === null) {
      for (const [, id] of path.matchAll(CONTAINER)) container = id!;
    }
    pod ??= POD.exec(path)?.[1]?.replaceAll('_', '-') ?? null;
  }
  return { container, pod };
}
