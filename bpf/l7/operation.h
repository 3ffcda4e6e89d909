// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One socket operation on its way through the programs. */
#pragma once

#include "connection.h"
#include <sonde/iov.h>

struct operation {
	struct sock *sk;
	struct tcp_sock *tcp;
	struct connection *connection;
	/* The system call that it is a part of. */
	struct pt_regs *regs;
	__u64 number;
	/* Which message of a vector of messages it is. */
	__u32 message;
	/* Bytes that had passed after these by the time that the operation was seen. */
	__u32 following;
	/* The bytes were thrown away, not copied (MSG_TRUNC of TCP). */
	bool discarded;
	struct task_struct *task;
	__u32 tgid;
	__u64 at;
	/* Of the first byte. */
	__u64 position;
	__u32 sequence;
	__u32 length;
	/* IPPROTO_… */
	__u16 protocol;
	__u8 direction;
	__u8 transport;
	bool has_sequence;
	bool overtakes;
};

/*
 * What the two ways of seeing operations do differently: socket.bpf.c and syscall.bpf.c each define these.
 */

/* State of a socket's connection, or NULL. */
static __always_inline struct connection *find_connection(struct sock *sk, __u8 transport);
/* New state, all zero but for its cookie, or NULL if there is no room. */
static __always_inline struct connection *create_connection(struct sock *sk, __u8 transport);
/* Learns which system call this is; called for each operation of a connection that has state. */
static __always_inline void identify(struct operation *operation);
/* Where the operation's bytes are; leaves `memory` alone where nobody knows. */
static __always_inline void locate(struct operation *operation, struct user_memory *memory);
/* The other end of a datagram; false if it isn't known. */
static __always_inline bool find_peer(struct operation *operation, struct user_memory *memory, struct peer *peer);
