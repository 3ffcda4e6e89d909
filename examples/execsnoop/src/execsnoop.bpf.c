// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sends one record for every program that is started. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define MOST_ARGUMENTS 4096

/* Only the fields that are read: CO-RE finds where they lie in the running kernel. */
struct mm_struct {
	unsigned long arg_start, arg_end;
} __attribute__((preserve_access_index));

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
	struct mm_struct *mm;
} __attribute__((preserve_access_index));

struct exec_event {
	__u64 ktime;
	__u32 pid;
	__u32 parent;
	__u32 uid;
	/* Bytes of `arguments` that are there. */
	__u32 length;
	char comm[16];
	/* One after the other, each with a zero byte at its end. */
	__u8 arguments[MOST_ARGUMENTS];
};

/* clang describes only types that some variable has; this one lies in a section that loaders pass over. */
struct exec_event *exported SEC(".bpf2ts");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* Records that did not fit. */
__u64 lost = 0;

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	unsigned long start = task->mm->arg_start, length = task->mm->arg_end - start;
	struct exec_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	event->ktime = bpf_ktime_get_ns();
	event->pid = task->tgid;
	event->parent = task->real_parent->tgid;
	event->uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	if (length > MOST_ARGUMENTS)
		length = MOST_ARGUMENTS;
	event->length = bpf_probe_read_user(event->arguments, length, (void *)start) ? 0 : length;
	/* The reader looks by itself: waking it would cost more than all of the above. */
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}
