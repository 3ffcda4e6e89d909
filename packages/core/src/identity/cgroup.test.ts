import { describe, expect, it } from 'vitest';
import { containerOf } from './cgroup.js';

const id = '4f3c2a'.padEnd(64, '0');
const other = '9'.repeat(64);
const pod = 'b6ca9b09-9d5a-4b6a-8bd1-3a6b9f1f6c35';
const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${pod.replaceAll('-', '_')}.slice`;

describe('containerOf', () => {
  it.each([
    ['docker on cgroup v1', `/docker/${id}`, null],
    ['docker on cgroup v2 by systemd', `/system.slice/docker-${id}.scope`, null],
    ['docker in docker: the inner one', `/docker/${other}/docker/${id}`, null],
    ['docker with a process in a cgroup of its own below', `/docker/${id}/init.scope`, null],
    ['containerd under the cgroupfs driver', `/kubepods/besteffort/pod${pod}/${id}`, pod],
    ['containerd of a guaranteed pod', `/kubepods/pod${pod}/${id}`, pod],
    ['containerd under the systemd driver', `${slice}/cri-containerd-${id}.scope`, pod],
    [
      'containerd with a slice taken for a name',
      `/system.slice/containerd.service/${slice.split('/').pop()}:cri-containerd:${id}`,
      pod,
    ],
    ['docker under Kubernetes', `${slice}/docker-${id}.scope`, pod],
    ['cri-o', `${slice}/crio-${id}.scope`, pod],
    ['cri-o on cgroup v1', `/kubepods/burstable/pod${pod}/crio-${id}`, pod],
    ['podman', `/machine.slice/libpod-${id}.scope`, null],
    ['podman with a split cgroup', `/machine.slice/libpod-${id}.scope/container`, null],
    ['rootless podman', `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`, null],
    ['a sibling seen from another cgroup namespace', `/../${id}`, null],
  ])('reads %s', (_name, path, expectedPod) => {
    expect(containerOf([path])).toEqual({ container: id, pod: expectedPod });
  });

  it.each([
    ['a service', '/system.slice/nginx.service'],
    ['the root', '/'],
    ['the monitor of a podman container', `/machine.slice/libpod-conmon-${id}.scope`],
    ['the monitor of a cri-o container', `${slice}/crio-conmon-${id}.scope`.replace(slice, '/x.slice')],
    ['a shorter number', `/docker/${id.slice(1)}`],
    ['a longer number', `/docker/${id}0`],
    ['another word before the number', `/x${id}`],
  ])('takes nothing from %s', (_name, path) => {
    expect(containerOf([path])).toEqual({ container: null, pod: null });
  });

  it('finds the container in whichever hierarchy names it', () => {
    expect(containerOf(['/', '/system.slice', `/docker/${id}`])).toEqual({ container: id, pod: null });
    expect(containerOf([])).toEqual({ container: null, pod: null });
  });
});
