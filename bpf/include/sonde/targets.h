// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The processes to observe, as every probe reads them; `bpf/process` keeps the map, loaders share it by its name. */
#pragma once

#include "kernel.h"

/* Values of `targets`. A process without an entry is a stranger: observed only if nothing narrows the choice. */
#define TARGET_STRANGER 0
#define TARGET_OBSERVED 1
#define TARGET_EXCLUDED 2

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} targets SEC(".maps");

static __always_inline __u8 target_state(__u32 tgid)
{
	__u8 *state = bpf_map_lookup_elem(&targets, &tgid);

	return state ? *state : TARGET_STRANGER;
}
