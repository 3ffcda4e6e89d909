// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the flowtracer program keeps of a translated flow and what it tells user space. packages/probe-flowtracer/src/
 * flow.gen.ts is made of it.
 */
#pragma once

#include <linux/types.h>

/* struct nf_conntrack_tuple as include/net/netfilter/nf_conntrack_tuple.h has it, unchanged since Linux 2.6. */
struct tuple {
	__u8 source[16];
	__be16 source_port;
	__u16 family;
	__u8 destination[16];
	__be16 destination_port;
	__u8 protocol;
	__u8 direction;
};

enum flow_kind {
	FLOW_BEGIN = 1,
	FLOW_END = 2,
	/* A connection to an address that stands for one of another family (RFC 6052); only `original` is set. */
	FLOW_UNSUPPORTED = 3,
};

enum flow_flags {
	/* The first packet of the flow was seen: nothing of it is older than `first`. */
	FLOW_FROM_START = 1,
	/* User space has been told. */
	FLOW_TOLD = 2,
	/* The source address is that of the device that packets leave by. */
	FLOW_MASQUERADED = 4,
};

/* A flow, by the direction of its packets: 0 as the client sent them, 1 the replies. */
struct flow {
	struct tuple original;
	struct tuple reply;
	/* CLOCK_MONOTONIC of the first and of the last packet seen, nanoseconds. */
	__u64 first;
	__u64 last;
	__u64 packets[2];
	__u64 bytes[2];
	/* When a packet of the direction was last counted, and the device that counts: packets may pass several. */
	__u64 counted[2];
	__u32 devices[2];
	/* Namespace of the conntrack entry, and of the client's socket if that is known. */
	__u32 netns;
	__u32 client_netns;
	/* The client's process, or 0. */
	__u32 tgid;
	__u16 zone;
	__u8 flags;
	/* enum tcp_conntrack */
	__u8 state;
	__u8 comm[16];
};

struct flow_record {
	/* Names the conntrack entry as long as it lives: the low bits of its address, which a double holds exactly. */
	__u64 entry;
	__u64 at;
	__u32 kind;
	__u32 reserved;
	struct flow flow;
};

enum counter {
	/* Records that found the ring full; beginnings are told by a later packet, ends are found by looking. */
	COUNTER_RING_FULL = 0,
	/* Connections whose translation can't be followed. */
	COUNTER_UNSUPPORTED = 1,
	COUNTERS = 2,
};

/* For the generated TypeScript: compilers drop types that no data refers to. */
struct flow_types {
	enum flow_kind kind;
	enum flow_flags flags;
	enum counter counter;
	struct flow_record record;
};
