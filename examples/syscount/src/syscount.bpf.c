// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counts system calls in the kernel: nothing is sent to user space until it asks. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct calls {
	__u64 count;
	char comm[16];
};

/* Process id → its calls. The least active processes make room for new ones. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct calls);
} processes SEC(".maps");

/* The observer itself, which isn't counted. */
const volatile __u32 own_tgid = 0;

SEC("raw_tp/sys_enter")
int on_syscall(void *context)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct calls *known, first = { .count = 1 };

	if (tgid == own_tgid)
		return 0;
	known = bpf_map_lookup_elem(&processes, &tgid);
	if (known) {
		__sync_fetch_and_add(&known->count, 1);
		/* exec gives a process a new name */
		bpf_get_current_comm(known->comm, sizeof(known->comm));
		return 0;
	}
	bpf_get_current_comm(first.comm, sizeof(first.comm));
	/* Another thread of the process may have been first: then this one call goes uncounted. */
	bpf_map_update_elem(&processes, &tgid, &first, BPF_NOEXIST);
	return 0;
}
