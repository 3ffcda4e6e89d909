// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Follows fork, exec, rename and exit, and keeps the set of observed processes (`targets`) up in the kernel, so that no
 * first request of a new process is missed. User space fills the maps at the start, and corrects what only it can tell
 * (containers, cgroups). BTF tracepoints: kernel >= 5.5.
 */
#include "executable.h"
#include "kernel.h"
#include "process.h"
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* tgid -> enum target: shared with the objects of the probes. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} targets SEC(".maps");

/* tgid -> bits of enum lineage. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} lineage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct process_rules);
} process_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} process_events SEC(".maps");

/* Events that found the ring full: user space looks at /proc again when this number grows. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} process_lost SEC(".maps");

static __always_inline __u8 get(void *map, __u32 pid)
{
	__u8 *value = bpf_map_lookup_elem(map, &pid);

	return value ? *value : 0;
}

/* Deletes where the value is 0, so that a reused pid never inherits from the one that had it before. */
static __always_inline void set(void *map, __u32 pid, __u8 value)
{
	if (value)
		bpf_map_update_elem(map, &pid, &value, BPF_ANY);
	else
		bpf_map_delete_elem(map, &pid);
}

/* A function of its own for the sake of its signature: clang keeps the BTF of types that functions take. */
static __noinline void complete(struct process_event *event, const char *comm)
{
	event->at = bpf_ktime_get_ns();
	event->reserved = 0;
	bpf_probe_read_kernel_str(event->comm, sizeof(event->comm), comm);
}

static __always_inline void emit(enum process_event_kind kind, __u32 pid, __u32 parent, __u8 target, __u8 bits, const char *comm)
{
	struct process_event *event = bpf_ringbuf_reserve(&process_events, sizeof(*event), 0);

	if (!event) {
		__u32 zero = 0;
		__u64 *lost = bpf_map_lookup_elem(&process_lost, &zero);

		if (lost)
			__sync_fetch_and_add(lost, 1);
		return;
	}
	event->kind = kind;
	event->pid = pid;
	event->parent = parent;
	event->target = target;
	event->lineage = bits;
	complete(event, comm);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline int holds(const struct process_rule *rule, const char *comm, const struct executable *executable)
{
	switch (rule->kind) {
	case RULE_NONE:
		return 0;
	case RULE_COMM:
		for (int i = 0; i < COMM_SIZE; i++) {
			if (i >= rule->length)
				break;
			if (rule->comm[i] != comm[i])
				return 0;
		}
		return 1;
	case RULE_EXECUTABLE_PATH:
		return executable->path == rule->hash;
	case RULE_EXECUTABLE_NAME:
		return executable->name == rule->hash;
	}
	return 0;
}

/* What the rules say of a process, and what its ancestors handed on to it. Exclusion wins. */
static __always_inline __u8 decide(struct task_struct *task, const char *comm, __u8 bits)
{
	__u8 verdict = bits & LINEAGE_OBSERVED ? TARGET_OBSERVED : 0;
	struct executable executable = {};
	struct process_rules *rules;
	__u32 zero = 0;

	if (bits & (LINEAGE_EXCLUDED | LINEAGE_SOLE))
		return TARGET_EXCLUDED;
	rules = bpf_map_lookup_elem(&process_rules, &zero);
	if (!rules)
		return verdict;
	if (rules->executable)
		hash_executable(task, &executable);
	for (__u64 i = 0; i < MAX_RULES; i++) {
		const struct process_rule *rule = &rules->rule[i];

		if (i >= rules->count)
			break;
		if (!holds(rule, comm, &executable))
			continue;
		if (rule->verdict == TARGET_EXCLUDED)
			return TARGET_EXCLUDED;
		verdict = TARGET_OBSERVED;
	}
	return verdict;
}

/* A child is what its parent is, until it executes something else. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = parent->tgid, pid = child->tgid;
	__u8 bits, passed, target;

	if (from == pid)
		return 0;
	bits = get(&lineage, from);
	passed = bits & (LINEAGE_OBSERVED | LINEAGE_EXCLUDED);
	target = bits & LINEAGE_SOLE ? 0 : get(&targets, from);
	if (passed & LINEAGE_EXCLUDED)
		target = TARGET_EXCLUDED;
	else if (!target && passed)
		target = TARGET_OBSERVED;
	set(&targets, pid, target);
	set(&lineage, pid, passed);
	if (target)
		emit(PROCESS_FORK, pid, from, target, passed, child->comm);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task)
{
	__u32 pid = task->tgid;
	__u8 bits = get(&lineage, pid), target;
	char comm[COMM_SIZE] = {};

	bpf_probe_read_kernel_str(comm, sizeof(comm), task->comm);
	target = decide(task, comm, bits);
	set(&targets, pid, target);
	emit(PROCESS_EXEC, pid, 0, target, bits, comm);
	return 0;
}

/* prctl(PR_SET_NAME) of the main thread, or a write to /proc/PID/comm. */
SEC("tp_btf/task_rename")
int BPF_PROG(process_rename, struct task_struct *task, const char *name)
{
	__u32 pid = task->tgid;
	char comm[COMM_SIZE] = {};
	__u8 bits, target;

	if (task->pid != task->tgid)
		return 0;
	/* The name is also set in the middle of exec; that event follows, with the new executable. */
	if (bpf_core_field_exists(task->in_execve) && BPF_CORE_READ_BITFIELD_PROBED(task, in_execve))
		return 0;
	bits = get(&lineage, pid);
	bpf_probe_read_kernel_str(comm, sizeof(comm), name);
	target = decide(task, comm, bits);
	set(&targets, pid, target);
	emit(PROCESS_RENAME, pid, 0, target, bits, comm);
	return 0;
}

/* Each thread's exit comes by; the process is gone with the last of them, which need not be the main thread. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	__u32 pid = task->tgid;

	if (BPF_CORE_READ(task, signal, live.counter) != 0)
		return 0;
	emit(PROCESS_EXIT, pid, 0, get(&targets, pid), get(&lineage, pid), task->comm);
	set(&targets, pid, 0);
	set(&lineage, pid, 0);
	return 0;
}
