// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What user space tells the L7 programs, and what they count. */
#pragma once

#include <sonde/event.h>
#include <sonde/kernel.h>
#include <sonde/rules.h>

#define MAX_PORTS 32
#define MAX_PROTOCOLS 256

struct config {
	/* Raised whenever verdicts or targets changed: connections look again. */
	__u32 generation;
	/* Rules in use. */
	__u32 rules;
	/* Nothing narrows the choice of processes. */
	__u32 all;
	/* The agent, which never observes itself. */
	__u32 self;
	/* CLOCK_MONOTONIC at the start: connections of younger processes are seen from their first byte. */
	__u64 started_at;
	/* Connections with one of `ports` are observed whatever their process, those with an excluded one never. */
	__u32 port_count;
	__u32 excluded_port_count;
	__u16 ports[MAX_PORTS];
	__u16 excluded_ports[MAX_PORTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct config);
} config SEC(".maps");

/* Protocol number -> bytes to capture of each chunk. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_PROTOCOLS);
	__type(key, __u32);
	__type(value, __u32);
} protocols SEC(".maps");

enum verdict {
	/* Nobody can read it: recognise it anew, ever more rarely. */
	VERDICT_REJECTED = 1,
	/* User space has forgotten it: announce it again before its next data. */
	VERDICT_FORGOTTEN = 2,
};

/* Cookie -> enum verdict; looked at when the generation changed. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u8);
} verdicts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 * 1024 * 1024);
} events SEC(".maps");

enum counter {
	/* Records that found the ring full. */
	COUNTER_RING_FULL = 0,
	/* Bytes in user memory that could not be read; the event went out without them. */
	COUNTER_FAULT = 1,
	/* No room for a connection's state. */
	COUNTER_NO_STATE = 2,
	/* The CPU's scratch memory was in use by a task that this one had interrupted. */
	COUNTER_BUSY = 3,
	/* Operations whose bytes nobody can see (sendfile, splice, io_uring). */
	COUNTER_UNSEEN = 4,
	/* Chunks of connections whose protocol isn't known. */
	COUNTER_UNRECOGNISED = 5,
	COUNTERS = 6,
};

/* For the generated TypeScript: see event.h. */
const volatile struct {
	struct event_enums event;
	struct rule_enums rule;
	enum verdict verdict;
	enum counter counter;
} enums = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		*value += 1;
}

static __always_inline struct config *get_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}
