// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counts calls by the two kinds of link that a strict kernel refuses: kprobe and fentry. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

static __always_inline int count(__u32 index)
{
	__u64 *value = bpf_map_lookup_elem(&calls, &index);

	if (value)
		__sync_fetch_and_add(value, 1);
	return 0;
}

SEC("kprobe/tcp_sendmsg")
int by_kprobe(void *context)
{
	return count(0);
}

SEC("fentry/tcp_sendmsg")
int by_fentry(void *context)
{
	return count(1);
}
