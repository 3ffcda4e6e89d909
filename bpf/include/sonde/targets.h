// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The processes to observe, as every probe reads them; `bpf/process` keeps the map, loaders share it by its name. */
#pragma once

#include "kernel.h"

/* Values of `targets`; a process without an entry is observed only if nothing narrows the choice. */
#define TARGET_OBSERVED 1
#define TARGET_EXCLUDED 2

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} targets SEC(".maps");

static __always_inline bool is_target(__u32 tgid, bool all)
{
	__u8 *verdict = bpf_map_lookup_elem(&targets, &tgid);

	return verdict ? *verdict == TARGET_OBSERVED || (all && *verdict != TARGET_EXCLUDED) : all;
}
