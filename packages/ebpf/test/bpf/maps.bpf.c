/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One map of each kind that the runtime treats in its own way, and global variables of each kind. */
#include "kernel-types.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct key {
	__u32 id;
	__u32 kind;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct key);
	__type(value, __u64);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct key);
} per_cpu_hash SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner);
} outer SEC(".maps");

const volatile __u8 byte = 1;
const volatile __s32 signed_word = -1;
const volatile __u64 wide = 7;
const volatile bool truth = 0;
const volatile char text[8] = "before";
__u64 counter = 5;

/* Counts on each CPU, adds to the hash, and reads what user space put into an inner map. Returns the sum of the globals. */
SEC("tc")
int count(struct __sk_buff *packet)
{
	__u32 zero = 0;
	struct key key = { .id = 1, .kind = 2 };
	__u64 one = 1;
	__u32 *slot = bpf_map_lookup_elem(&per_cpu, &zero);
	void *inner = bpf_map_lookup_elem(&outer, &zero);

	if (slot)
		*slot += 1;
	bpf_map_update_elem(&hash, &key, &one, BPF_ANY);
	counter++;
	if (inner) {
		__u32 *value = bpf_map_lookup_elem(inner, &zero);
		if (value)
			return *value;
	}
	return byte + signed_word + wide + truth + text[0];
}

SEC("?tp_btf/sock_no_such_event")
int missing(void *context)
{
	return 0;
}
