/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of chosen lengths in a ring buffer, made by test runs and by a tracepoint. */
#include "kernel-types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} records SEC(".maps");

struct record {
	__u64 sequence;
	__u32 length;
	__u32 fill;
	__u8 payload[256];
};

/* Only this process is recorded. */
const volatile __u32 target_pid = 0;
__u64 sequence;
__u64 dropped;

static __always_inline int submit(__u32 length, bool discard)
{
	struct record *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);
	if (!record) {
		__sync_fetch_and_add(&dropped, 1);
		return 1;
	}
	record->sequence = __sync_fetch_and_add(&sequence, 1);
	record->length = length;
	record->fill = 0xfeedbeef;
	if (discard)
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
	else
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}

/* Context: number of records, bytes of each payload, 1 to discard every other. */
SEC("raw_tp/never_attached")
int produce(__u64 *context)
{
	__u32 count = context[0], length = context[1];
	bool discard = context[2];

	for (__u32 index = 0; index < 1024 && index < count; index++)
		if (submit(length, discard && (index & 1)))
			return 1;
	return 0;
}

/* The same with records of 16 + `length` bytes, so that they lie unaligned to the ring's end. */
SEC("raw_tp/never_attached")
int produce_sized(__u64 *context)
{
	static struct record template;
	__u32 count = context[0], length = context[1] & 0xff;

	for (__u32 index = 0; index < 1024 && index < count; index++) {
		template.sequence = sequence;
		template.length = length;
		template.fill = 0xfeedbeef;
		template.payload[0] = length;
		if (bpf_ringbuf_output(&records, &template, 16 + length, BPF_RB_NO_WAKEUP)) {
			__sync_fetch_and_add(&dropped, 1);
			return 1;
		}
		sequence++;
	}
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	if (target_pid && (bpf_get_current_pid_tgid() >> 32) != target_pid)
		return 0;
	submit(task->tgid, 0);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_syscall, struct pt_regs *regs, long number)
{
	if (target_pid && (bpf_get_current_pid_tgid() >> 32) == target_pid)
		submit(number, 0);
	return 0;
}
