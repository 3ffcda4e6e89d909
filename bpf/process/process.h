// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the process programs and core share: values of the maps and the record of the ring. */
#pragma once

#include <linux/types.h>

#define COMM_SIZE 16
#define MAX_RULES 64

/* Values of `targets`: what other objects read. No entry: not chosen. */
enum target {
	TARGET_OBSERVED = 1,
	TARGET_EXCLUDED = 2,
};

/* Bits of `lineage`: what a process hands on to its descendants, whatever they execute. */
enum lineage {
	LINEAGE_OBSERVED = 1,
	LINEAGE_EXCLUDED = 2,
	/* The process's own value is its own only: the agent is excluded, what it starts isn't. */
	LINEAGE_SOLE = 4,
};

enum rule_kind {
	RULE_NONE = 0,
	/* The first `length` bytes of the name are those of the rule; an exact name counts its NUL. */
	RULE_COMM = 1,
	/* The executable's path, or its last part only, hashes to `hash`: see executable.h. */
	RULE_EXECUTABLE_PATH = 2,
	RULE_EXECUTABLE_NAME = 3,
};

/* A selector that the kernel can decide by itself at exec. */
struct process_rule {
	enum rule_kind kind;
	enum target verdict;
	__u64 hash;
	__u32 length;
	__u32 reserved;
	char comm[COMM_SIZE];
};

/* All rules in one value, so that no key of a loop lives on the stack: kernel 6.1 loses count of those. */
struct process_rules {
	/* Rules in use: rule[0 .. count). */
	__u32 count;
	/* Whether any of them asks for the executable's hash. */
	__u32 executable;
	struct process_rule rule[MAX_RULES];
};

enum process_event_kind {
	PROCESS_FORK = 1,
	PROCESS_EXEC = 2,
	PROCESS_RENAME = 3,
	PROCESS_EXIT = 4,
};

struct process_event {
	__u64 at;
	enum process_event_kind kind;
	__u32 pid;
	/* Of a fork: the process that forked. Else 0. */
	__u32 parent;
	/* enum target, as it stands after the event. */
	__u8 target;
	/* enum lineage */
	__u8 lineage;
	__u16 reserved;
	char comm[COMM_SIZE];
};
