// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Recognises protocols by rules that are data (`DetectRule` of @sonde/core), held in one map: user space compiles them
 * from the protocol plugins, heaviest first, and the first that holds wins.
 */
#pragma once

#include "kernel.h"

#define MAX_RULES 256
#define RULE_MATCHES 4
/* A rule looks at the first bytes of a chunk only. */
#define RULE_WINDOW 64
#define RULE_PORTS 8

enum rule_length {
	RULE_LENGTH_NONE = 0,
	RULE_LENGTH_EQUAL = 1,
	RULE_LENGTH_WITHIN = 2,
	RULE_LENGTH_BOUNDED = 3,
};

enum rule_flags {
	/* The client sends it. */
	RULE_REQUEST = 1,
	RULE_LITTLE_ENDIAN = 2,
};

/* Up to 16 bytes from `offset` on, under a mask. */
struct rule_match {
	__u8 bytes[16];
	__u8 mask[16];
};

struct rule {
	__u8 protocol;
	__u8 flags;
	/* Bit (1 << transport) for each. */
	__u8 transports;
	/* enum rule_length */
	__u8 length;
	__u8 length_offset;
	__u8 length_size;
	/* Bytes that the rule looks at, from the chunk's start. */
	__u8 needed;
	__u8 matches;
	__u8 offset[RULE_MATCHES];
	/* Smallest chunk. */
	__u32 minimum;
	__s32 length_plus;
	__u32 length_least;
	__u32 length_most;
	/* Of the server; unused places are 0. No port at all: any. */
	__u16 ports[RULE_PORTS];
	__u32 reserved;
	struct rule_match match[RULE_MATCHES];
};

struct rule_enums {
	enum rule_length length;
	enum rule_flags flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_RULES);
	__type(key, __u32);
	__type(value, struct rule);
} rules SEC(".maps");

/* A chunk that wants a protocol: what the rules may ask of it besides its bytes. */
struct candidate {
	/* Bytes of the whole chunk, and of its start that can be looked at. */
	__u32 length;
	__u32 available;
	__u32 rules;
	__u16 local_port;
	__u16 remote_port;
	__u8 transport;
	__u8 role;
	bool outgoing;
};

static __always_inline bool rule_length_holds(const struct rule *rule, const __u8 *window, __u32 length)
{
	__u32 field = *(const __u32 *)(window + (rule->length_offset & (RULE_WINDOW - 1)));
	__u32 shift = (32 - 8 * rule->length_size) & 31;
	__s64 value;

	/* Four bytes were read; the field is the first `length_size` of them. */
	if (rule->flags & RULE_LITTLE_ENDIAN)
		value = (__u32)(field << shift) >> shift;
	else
		value = bpf_ntohl(field) >> shift;
	value += rule->length_plus;
	if (rule->length == RULE_LENGTH_EQUAL)
		return value == length;
	if (rule->length == RULE_LENGTH_WITHIN)
		return value > 0 && value <= length;
	return value >= rule->length_least && value <= rule->length_most;
}

static __always_inline bool rule_port_holds(const struct rule *rule, __u16 port)
{
	if (!rule->ports[0])
		return true;
	if (!port)
		return false;
	for (int i = 0; i < RULE_PORTS; i++)
		if (rule->ports[i] == port)
			return true;
	return false;
}

static __always_inline bool rule_bytes_hold(const struct rule *rule, const __u8 *window, __u32 index)
{
	const __u64 *seen = (const __u64 *)(window + (rule->offset[index] & (RULE_WINDOW - 1)));
	const __u64 *bytes = (const __u64 *)rule->match[index].bytes, *mask = (const __u64 *)rule->match[index].mask;

	return !(((seen[0] ^ bytes[0]) & mask[0]) | ((seen[1] ^ bytes[1]) & mask[1]));
}

/* Turns away most rules: what fits in a few instructions. A rule without bytes has a mask of zeros. */
static __always_inline bool rule_may_hold(const struct rule *rule, const __u8 *window, const struct candidate *chunk)
{
	return (rule->transports & (1 << (chunk->transport & 7))) && rule->needed <= chunk->available &&
	       rule_bytes_hold(rule, window, 0);
}

/*
 * Whether a rule holds for a chunk that begins at `window`, of which RULE_WINDOW + 16 bytes may be read. Returns the
 * protocol's number, with the role that the rule implies for the local end above it, or 0.
 */
static __always_inline __u32 rule_holds(const struct rule *rule, const __u8 *window, const struct candidate *chunk)
{
	bool client = chunk->outgoing == !!(rule->flags & RULE_REQUEST);

	if (!rule_may_hold(rule, window, chunk) || rule->minimum > chunk->length)
		return 0;
	for (int i = 1; i < RULE_MATCHES; i++)
		if (i < rule->matches && !rule_bytes_hold(rule, window, i))
			return 0;
	if (chunk->role && (chunk->role == 1) != client)
		return 0;
	if (!rule_port_holds(rule, client ? chunk->remote_port : chunk->local_port))
		return 0;
	if (rule->length != RULE_LENGTH_NONE && !rule_length_holds(rule, window, chunk->length))
		return 0;
	return rule->protocol | (client ? 1 : 2) << 8;
}
