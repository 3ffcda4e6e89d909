// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Memory in which a CPU puts a record together before it goes to the ring, with the captured bytes right behind it. */
#pragma once

#include "config.h"
#include "connection.h"
#include <sonde/event.h>
#include <sonde/iov.h>
#include <sonde/rules.h>

struct scratch {
	/* A program that interrupts another one on this CPU must not write here. */
	__u32 busy;
	__u32 reserved;
	/* Arguments of the functions below, and room for what they look at. */
	struct user_memory memory;
	struct candidate chunk;
	struct user_iovec piece[MAX_PIECES];
	struct unix_open_record open;
	/* Filled from its end: either header stands right before the payload, and so does a head that was kept. */
	union {
		struct {
			struct data_record record;
			struct peer peer;
		} peered;
		struct {
			__u8 padding[sizeof(struct peer)];
			struct data_record record;
		} plain;
		struct {
			__u8 padding[sizeof(struct peer) + sizeof(struct data_record) - HEAD_SIZE];
			__u8 head[HEAD_SIZE];
		};
	};
	__u8 payload[2 * MAX_CAPTURE];
};

/* One for each CPU; user space sets max_entries. An array, since per-CPU values can't be larger than 32 KiB. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *get_scratch(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratches, &cpu);
}

static __always_inline struct scratch *take_scratch(void)
{
	struct scratch *scratch = get_scratch();

	if (!scratch || scratch->busy) {
		count(COUNTER_BUSY);
		return NULL;
	}
	scratch->busy = 1;
	return scratch;
}

static __always_inline void return_scratch(struct scratch *scratch)
{
	scratch->busy = 0;
}

/*
 * Global functions: the verifier checks each once, and not at every place and in every state that they are called from.
 * They can take numbers only, so what they work on is in the scratch memory.
 */

/* Adds a piece of the vector to the `filled` bytes of the payload. Returns how many bytes it holds then. */
__noinline __u32 gather_piece(__u32 index, __u32 filled, __u32 wanted)
{
	struct scratch *scratch = get_scratch();

	if (!scratch || index >= MAX_PIECES || filled >= MAX_CAPTURE || filled >= wanted)
		return filled;
	/* There is room behind MAX_CAPTURE, so that the verifier need not know that both together stay below it. */
	return filled + copy_user(scratch->payload + filled, wanted - filled, scratch->piece[index].base,
				  scratch->piece[index].length);
}

/* Copies at most `wanted` bytes from `memory` to `payload`. Returns how many. */
__noinline __u32 gather_payload(__u32 wanted)
{
	struct scratch *scratch = get_scratch();
	__u32 pieces, filled = 0;

	if (!scratch)
		return 0;
	if (wanted > MAX_CAPTURE)
		wanted = MAX_CAPTURE;
	if (scratch->memory.kind == MEMORY_BUFFER)
		return copy_user(scratch->payload, wanted, scratch->memory.address, scratch->memory.count);
	if (scratch->memory.kind != MEMORY_VECTOR)
		return 0;
	pieces = scratch->memory.count < MAX_PIECES ? scratch->memory.count : MAX_PIECES;
	if (bpf_probe_read_user(scratch->piece, pieces * sizeof(struct user_iovec), (void *)scratch->memory.address))
		return 0;
	for (__u32 i = 0; i < MAX_PIECES; i++) {
		__u32 before = filled;

		if (i >= pieces || filled >= wanted)
			break;
		filled = gather_piece(i, filled, wanted);
		/* A piece of no bytes, or one that can't be read: what follows it would stand in the wrong place. */
		if (filled == before && scratch->piece[i].length)
			break;
	}
	return filled;
}

/* Tries one rule on `chunk`, which begins `before` bytes before the payload. Returns what rule_holds() does. */
__noinline __u32 try_rule(__u32 index, __u32 before)
{
	struct rule *rule = bpf_map_lookup_elem(&rules, &index);
	struct scratch *scratch = get_scratch();

	if (!rule || !scratch || before > HEAD_SIZE)
		return 0;
	return rule_holds(rule, scratch->head + (HEAD_SIZE - before), &scratch->chunk);
}

/* Tries all rules; the first that holds wins. */
__noinline __u32 try_rules(__u32 before)
{
	struct scratch *scratch = get_scratch();
	const __u8 *window;

	if (!scratch || before > HEAD_SIZE)
		return 0;
	window = scratch->head + (HEAD_SIZE - before);
	for (__u32 i = 0; i < MAX_RULES; i++) {
		__u32 index = i, found;
		struct rule *rule;

		if (i >= scratch->chunk.rules)
			break;
		rule = bpf_map_lookup_elem(&rules, &index);
		if (!rule)
			break;
		if (!rule_may_hold(rule, window, &scratch->chunk))
			continue;
		found = try_rule(i, before);
		if (found)
			return found;
	}
	return 0;
}
