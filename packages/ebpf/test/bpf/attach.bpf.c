/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One program for each kind of attach point; each counts its runs in a slot of its own. */
#include "kernel-types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum slot {
	SLOT_TP_BTF,
	SLOT_RAW_TP,
	SLOT_TRACEPOINT,
	SLOT_KPROBE,
	SLOT_FENTRY,
	SLOT_UPROBE,
	SLOT_URETPROBE,
	SLOT_UPROBE_MULTI,
	SLOT_PERF_EVENT,
	SLOT_TC,
	SLOT_TCX,
	SLOT_XDP,
	SLOT_CGROUP,
	SLOT_SOCKOPS,
	SLOT_COOKIE,
	SLOT_COUNT,
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOT_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

/* Task-bound hooks count only this process. */
const volatile __u32 target_pid = 0;

static __always_inline void add(__u32 slot, __u64 amount)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &slot);
	if (value)
		__sync_fetch_and_add(value, amount);
}

static __always_inline void add_own(__u32 slot)
{
	if ((bpf_get_current_pid_tgid() >> 32) == target_pid)
		add(slot, 1);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_tp_btf, struct pt_regs *regs, long number)
{
	add_own(SLOT_TP_BTF);
	return 0;
}

SEC("raw_tp/sys_enter")
int on_raw_tp(void *context)
{
	add_own(SLOT_RAW_TP);
	return 0;
}

SEC("tracepoint/raw_syscalls/sys_enter")
int on_tracepoint(void *context)
{
	add_own(SLOT_TRACEPOINT);
	return 0;
}

SEC("kprobe/vfs_read")
int on_kprobe(void *context)
{
	add_own(SLOT_KPROBE);
	return 0;
}

SEC("?fentry/vfs_read")
int BPF_PROG(on_fentry)
{
	add_own(SLOT_FENTRY);
	return 0;
}

SEC("uprobe")
int on_uprobe(void *context)
{
	add_own(SLOT_UPROBE);
	add(SLOT_COOKIE, bpf_get_attach_cookie(context));
	return 0;
}

SEC("uretprobe")
int on_uretprobe(void *context)
{
	add_own(SLOT_URETPROBE);
	return 0;
}

SEC("?uprobe.multi")
int on_uprobe_multi(void *context)
{
	add_own(SLOT_UPROBE_MULTI);
	add(SLOT_COOKIE, bpf_get_attach_cookie(context));
	return 0;
}

SEC("perf_event")
int on_perf_event(void *context)
{
	add(SLOT_PERF_EVENT, 1);
	return 0;
}

SEC("tc")
int on_tc(struct __sk_buff *packet)
{
	add(SLOT_TC, 1);
	return 0;
}

SEC("?tcx/ingress")
int on_tcx(struct __sk_buff *packet)
{
	add(SLOT_TCX, 1);
	return -1;
}

SEC("xdp")
int on_xdp(struct xdp_md *packet)
{
	add(SLOT_XDP, 1);
	return 2;
}

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *address)
{
	add(SLOT_CGROUP, 1);
	return 1;
}

SEC("sockops")
int on_sockops(struct bpf_sock_ops *operation)
{
	add(SLOT_SOCKOPS, 1);
	return 1;
}

SEC("iter/task")
int list_tasks(struct bpf_iter__task *context)
{
	struct seq_file *seq = context->meta->seq;
	struct task_struct *task = context->task;

	if (task && task->tgid == target_pid)
		BPF_SEQ_PRINTF(seq, "%d %s\n", task->pid, task->comm);
	return 0;
}
