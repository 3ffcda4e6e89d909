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

/*
 * A TCP connection's state changes, in whatever task or interrupt. Returns true if its state can go: close() was called,
 * so that nobody can use the socket any more.
 */
static __always_inline bool change_state(struct sock *sk, struct connection *connection, int state)
{
	bool closed = READ(sk, sk_shutdown) == SHUTDOWN_MASK;

	if (state != TCP_FIN_WAIT1 && state != TCP_LAST_ACK && state != TCP_CLOSE)
		return false;
	if (connection->flags & CONNECTION_OPENED) {
		if (closed)
			emit_close(connection, CLOSE_INCOMING | CLOSE_OUTGOING);
		else
			emit_close(connection, state == TCP_CLOSE ? CLOSE_UNREAD : CLOSE_OUTGOING);
		if (closed)
			connection->flags &= ~CONNECTION_OPENED;
	}
	return closed;
}
