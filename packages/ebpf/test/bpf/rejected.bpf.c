/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program that the verifier accepts and one that it refuses: the map's value is used without a check for NULL. */
#include "kernel-types.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} values SEC(".maps");

SEC("tc")
int accepted(struct __sk_buff *packet)
{
	return 0;
}

SEC("tc")
int rejected(struct __sk_buff *packet)
{
	__u32 zero = 0;
	__u32 *value = bpf_map_lookup_elem(&values, &zero);

	return *value;
}
