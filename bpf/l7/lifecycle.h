// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The end of connections, of which user space hears if it knows of them. */
#pragma once

#include "config.h"
#include "connection.h"

static __always_inline void emit_close(struct connection *connection, __u8 flags)
{
	struct close_record record = {
		.header = {
			.kind = RECORD_CLOSE,
			.flags = flags,
			.transport = connection->transport,
			.protocol = connection->protocol,
			.tgid = connection->tgid,
			.cookie = connection->cookie,
			.at = bpf_ktime_get_ns(),
		},
	};

	if (bpf_ringbuf_output(&events, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		count(COUNTER_RING_FULL);
}

/* A read that found the end of the stream: read(2) returned 0. */
static __always_inline void end_of_stream(struct sock *sk, struct connection *connection)
{
	__u8 shutdown = READ(sk, sk_shutdown);

	if (!(connection->flags & CONNECTION_OPENED) || (connection->flags & CONNECTION_EOF) || !(shutdown & RCV_SHUTDOWN))
		return;
	connection->flags |= CONNECTION_EOF;
	/* A unix socket whose peer has closed can't send either, and nothing else will tell. */
	emit_close(connection, connection->transport == TRANSPORT_UNIX && shutdown == SHUTDOWN_MASK
				       ? CLOSE_INCOMING | CLOSE_OUTGOING
				       : CLOSE_INCOMING);
}

/* Whether bytes have arrived that may still be read; a FIN that has arrived takes a number too. */
static __always_inline bool has_unread(struct sock *sk)
{
#ifdef SONDE_PROBE_READS
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
#else
	struct tcp_sock *tcp = CAST(sk, struct tcp_sock);
#endif
	__s32 unread;

	if (READ(sk, sk_protocol) != IPPROTO_TCP)
		return false;
	unread = READ(tcp, rcv_nxt) - READ(tcp, copied_seq);
	return unread > !!(READ(sk, sk_shutdown) & RCV_SHUTDOWN);
}

/*
 * What a TCP connection's new state ends. Only the state before LAST_ACK and CLOSE leaves open whether the program has
 * closed the socket or has merely ended its direction; it matters if there is something to read.
 */
static __always_inline __u8 ended_by(struct sock *sk, int state)
{
	switch (state) {
	case TCP_FIN_WAIT1:
		return READ(sk, sk_shutdown) == SHUTDOWN_MASK ? CLOSE_OUTGOING | CLOSE_INCOMING : CLOSE_OUTGOING;
	case TCP_LAST_ACK:
		return has_unread(sk) ? CLOSE_OUTGOING : CLOSE_OUTGOING | CLOSE_INCOMING;
	case TCP_CLOSE:
		return READ(sk, sk_socket) && has_unread(sk) ? CLOSE_UNREAD : CLOSE_OUTGOING | CLOSE_INCOMING;
	}
	return 0;
}

/* A TCP connection's state changes, in whatever task or interrupt. Returns true if its state can go with it. */
static __always_inline bool change_state(struct sock *sk, struct connection *connection, int state)
{
	__u8 ended = ended_by(sk, state);

	if (ended && (connection->flags & CONNECTION_OPENED))
		emit_close(connection, ended);
	return ended == (CLOSE_OUTGOING | CLOSE_INCOMING);
}
