// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is kept of a connection between its operations, and how sockets tell what they are. */
#pragma once

#include <sonde/event.h>
#include <sonde/kernel.h>

/* A read of a few bytes that no rule knows may be a header that was read apart from its body: it is kept for one more look. */
#define HEAD_SIZE 32

#define INCOMING 0
#define OUTGOING 1

enum connection_flags {
	/* User space knows of it. */
	CONNECTION_OPENED = 1,
	/* Nothing had passed when it was first seen. */
	CONNECTION_FROM_START = 2,
	/* `sequence` of that direction is set. */
	CONNECTION_SEQUENCE_IN = 4,
	CONNECTION_SEQUENCE_OUT = 8,
	CONNECTION_EOF = 16,
};

struct connection {
	__u64 cookie;
	/* Bytes that passed since it was first seen, by direction. */
	__u64 position[2];
	/* TCP sequence number that the next byte of each direction has. */
	__u32 sequence[2];
	__u32 generation;
	/* The process that used it last, and whether it is observed then (enum choice). */
	__u32 tgid;
	__u8 choice;
	__u8 transport;
	/* Number of the protocol, 0 while it isn't recognised. */
	__u8 protocol;
	__u8 role;
	__u8 flags;
	__u8 rejections;
	__u8 head_length[2];
	/* Chunks that passed unrecognised. */
	__u32 chunks;
	/* Bytes of the head that wait for the next chunk, at the end of the array. */
	__u8 head[2][HEAD_SIZE];
#ifdef SONDE_PROBE_READS
	/* Tells a socket from another that got its memory later. */
	__u64 inode;
#endif
};

/* What carries a socket's bytes, and the number of that protocol as IP has it. */
static __always_inline __u8 transport_of(struct sock *sk, __u16 *protocol)
{
	__u16 family = READ(sk, __sk_common.skc_family);

	if (family == AF_UNIX)
		return READ(sk, sk_type) == SOCK_STREAM ? TRANSPORT_UNIX : TRANSPORT_NONE;
	if (family != AF_INET && family != AF_INET6)
		return TRANSPORT_NONE;
	*protocol = READ(sk, sk_protocol);
	if (*protocol == IPPROTO_TCP || *protocol == IPPROTO_MPTCP)
		return TRANSPORT_TCP;
	return *protocol == IPPROTO_UDP ? TRANSPORT_UDP : TRANSPORT_NONE;
}

static __always_inline __u16 local_port(struct sock *sk)
{
	return READ(sk, __sk_common.skc_num);
}

static __always_inline __u16 remote_port(struct sock *sk)
{
	return bpf_ntohs(READ(sk, __sk_common.skc_dport));
}

/*
 * The TCP view of a socket, or NULL: also if a layer above TCP (kTLS, MPTCP) carries the bytes, because they aren't those
 * that TCP counts then.
 */
static __always_inline struct tcp_sock *tcp_of(struct sock *sk, __u16 protocol)
{
	struct tcp_sock *tcp;

	if (protocol != IPPROTO_TCP)
		return NULL;
#ifdef SONDE_PROBE_READS
	tcp = (struct tcp_sock *)sk;
#else
	tcp = CAST(sk, struct tcp_sock);
#endif
	return READ(tcp, inet_conn.icsk_ulp_ops) ? NULL : tcp;
}

/* Whether nothing had passed before an operation that moved `length` bytes. */
static __always_inline bool tcp_from_start(struct tcp_sock *tcp, bool outgoing, __u32 length)
{
	__s64 sent = READ(tcp, bytes_sent) - READ(tcp, bytes_retrans) + (__s32)(READ(tcp, write_seq) - READ(tcp, snd_nxt));
	__s64 received = READ(tcp, bytes_received) - (__s32)(READ(tcp, rcv_nxt) - READ(tcp, copied_seq));

	if (outgoing)
		sent -= length;
	else
		received -= length;
	/* A FIN that has arrived already counts as a byte that nobody has read. */
	return sent <= 0 && received <= 0;
}

/* An accepted socket is a copy of its listener, with the backlog that listen() was given. */
static __always_inline __u8 tcp_role(struct sock *sk)
{
	return READ(sk, sk_max_ack_backlog) ? ROLE_SERVER : ROLE_CLIENT;
}
