// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sends one record for every signal to an observed process. Linux 5.8. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Only the fields that are read: CO-RE finds where they lie in the running kernel. */
struct task_struct {
	int tgid;
	char comm[16];
} __attribute__((preserve_access_index));

struct signal_record {
	__u64 at;
	/* The process in whose context the signal came up: the sender, or the receiver itself after a fault. */
	__u32 from;
	__u32 to;
	__u32 signal;
	/* 0 where it was delivered; else it was ignored, or pending already (include/trace/events/signal.h). */
	__u32 result;
	__u8 from_comm[16];
	__u8 to_comm[16];
};

/* clang describes only types that some variable has; this one lies in a section that loaders pass over. */
struct signal_record *exported SEC(".bpf2ts");

/* Whom to observe: core keeps this map, under this name, for every probe that loads it (`targets.map`). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} targets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} events SEC(".maps");

/* Set by user space: whether everything is observed, and a bit for each signal of interest. */
const volatile __u32 observe_all = 0;
const volatile __u64 wanted = 0;

/* Records that found the ring full. */
__u64 lost = 0;

static int is_observed(__u32 tgid)
{
	__u8 *state = bpf_map_lookup_elem(&targets, &tgid);

	return state ? *state == 1 : observe_all;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int signal, void *info, struct task_struct *task, int group, int result)
{
	struct signal_record *record;

	if (signal < 1 || signal > 64 || !(wanted & (1ULL << (signal - 1))) || !is_observed(task->tgid))
		return 0;
	record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
	if (!record) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	record->at = bpf_ktime_get_ns();
	record->from = bpf_get_current_pid_tgid() >> 32;
	record->to = task->tgid;
	record->signal = signal;
	record->result = result;
	bpf_get_current_comm(record->from_comm, sizeof(record->from_comm));
	bpf_probe_read_kernel(record->to_comm, sizeof(record->to_comm), task->comm);
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}
