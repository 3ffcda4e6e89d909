// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A process's executable as a hash of its path, so that `exe=` can be decided at exec, before the first system call.
 *
 * bpf_d_path() isn't allowed in tracepoints, so the path is walked from its end: 64-bit FNV-1a over each part's first
 * 63 bytes and a '/', last part first. A path is that of the mount namespace's root, as /proc/PID/exe shows it.
 */
#pragma once

#include "kernel.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define FNV_BASIS 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL
/* Parts of a path and mount points on the way; a longer path is hashed by its last parts, and matches nothing. */
#define MAX_STEPS 40
#define NAME_SIZE 64

struct executable {
	__u64 path;
	__u64 name;
};

static __always_inline __u64 hash_byte(__u64 hash, __u8 byte)
{
	return (hash ^ byte) * FNV_PRIME;
}

/*
 * A global function, which the verifier checks once and not at each step of the walk. Such a function takes plain numbers
 * only: `name` is the address.
 */
__noinline __u64 hash_name(__u64 name, __u64 hash)
{
	char part[NAME_SIZE] = {};

	bpf_probe_read_kernel_str(part, sizeof(part), (void *)name);
	for (__u64 i = 0; i < NAME_SIZE; i++) {
		if (part[i] == 0)
			break;
		hash = hash_byte(hash, part[i]);
	}
	return hash_byte(hash, '/');
}

static __always_inline void hash_executable(struct task_struct *task, struct executable *executable)
{
	struct vfsmount *vfsmount = BPF_CORE_READ(task, mm, exe_file, f_path.mnt);
	struct dentry *dentry = BPF_CORE_READ(task, mm, exe_file, f_path.dentry);
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	__u64 hash = FNV_BASIS;

	executable->name = 0;
	if (!vfsmount || !dentry)
		return;
	for (__u64 step = 0; step < MAX_STEPS; step++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *outer = BPF_CORE_READ(mount, mnt_parent);

			if (outer == mount)
				break;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = outer;
			continue;
		}
		if (parent == dentry)
			break;
		hash = hash_name((__u64)BPF_CORE_READ(dentry, d_name.name), hash);
		if (executable->name == 0)
			executable->name = hash;
		dentry = parent;
	}
	executable->path = hash;
}
