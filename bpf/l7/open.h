// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Announces a connection: who it connects, and what is known of its past. Happens once for each connection, so that it
 * reads by helper what it needs, in both implementations.
 */
#pragma once

#include "operation.h"
#include "scratch.h"

static __always_inline void open_addresses(struct sock *sk, struct open_record *open)
{
	open->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	open->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	open->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (open->family == AF_INET6) {
		BPF_CORE_READ_INTO(&open->local_address, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
		BPF_CORE_READ_INTO(&open->remote_address, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
	} else {
		*(__u32 *)open->local_address = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		*(__u32 *)open->remote_address = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	}
}

/* Copies the name that a unix socket is bound to. Returns its bytes, 0 for one that isn't bound. */
static __always_inline __u32 unix_path(struct unix_sock *socket, __u8 *path)
{
	struct unix_address *address = BPF_CORE_READ(socket, addr);
	__u32 length;

	if (!address)
		return 0;
	/* The length counts the address family before the path. */
	length = BPF_CORE_READ(address, len) - sizeof(__u16);
	if (length > UNIX_PATH_SIZE)
		length = UNIX_PATH_SIZE;
	bpf_probe_read_kernel(path, length, (void *)address + bpf_core_field_offset(struct unix_address, name) +
						    bpf_core_field_offset(struct sockaddr_un, sun_path));
	return length;
}

static __always_inline bool started_since(struct task_struct *task, __u64 since)
{
	return BPF_CORE_READ(task, group_leader, start_time) > since;
}

/* The peer's main thread, which the kernel noted at connect() and listen(). */
static __always_inline struct task_struct *unix_peer_task(struct sock *sk)
{
	struct hlist_node *node = BPF_CORE_READ(sk, sk_peer_pid, tasks[1].first);

	return node ? (void *)node - bpf_core_field_offset(struct task_struct, pid_links[1]) : NULL;
}

/*
 * Unix sockets keep no count of what passed. But a connection is not older than either of its processes, so it was seen
 * from its start if one of them is younger than the agent.
 */
static __always_inline bool unix_from_start(struct sock *sk, const struct config *config)
{
	struct task_struct *peer = unix_peer_task(sk);

	return started_since((void *)bpf_get_current_task(), config->started_at) ||
	       (peer && started_since(peer, config->started_at));
}

static __always_inline void open_unix(struct sock *sk, struct connection *connection, struct unix_open_record *record)
{
	struct unix_sock *local = (void *)sk;

	record->local_length = unix_path(local, record->local_path);
	record->remote_length = unix_path((void *)BPF_CORE_READ(local, peer), record->remote_path);
	/* An accepted socket has its listener's name; the end that connects seldom has one. */
	if (!record->local_length != !record->remote_length)
		connection->role = record->local_length ? ROLE_SERVER : ROLE_CLIENT;
}

/*
 * Writes the record for a connection whose first `passed` bytes are about to be reported. Returns false if the ring is
 * full: then nothing else may be reported of it.
 */
static __always_inline bool announce(const struct operation *operation, struct scratch *scratch, __u32 passed)
{
	struct connection *connection = operation->connection;
	struct sock *sk = operation->sk;
	struct unix_open_record *record = &scratch->open;
	struct open_record *open = &record->open;
	bool is_unix = connection->transport == TRANSPORT_UNIX;

	__builtin_memset(record, 0, sizeof(*record));
	open->header.kind = RECORD_OPEN;
	open->header.transport = connection->transport;
	open->header.protocol = connection->protocol;
	open->header.tgid = connection->tgid;
	open->header.cookie = connection->cookie;
	open->header.at = operation->at;
	open->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	open->cgroup = bpf_get_current_cgroup_id();
	if (is_unix)
		open_unix(sk, connection, record);
	else
		open_addresses(sk, open);
	open->role = connection->role;
	open->position[INCOMING] = connection->position[INCOMING];
	open->position[OUTGOING] = connection->position[OUTGOING];
	open->position[operation->direction & 1] -= passed;
	open->from_start = (connection->flags & CONNECTION_FROM_START) &&
			   connection->position[INCOMING] + connection->position[OUTGOING] == passed;
	if (bpf_ringbuf_output(&events, record, is_unix ? sizeof(*record) : sizeof(*open), BPF_RB_NO_WAKEUP)) {
		count(COUNTER_RING_FULL);
		return false;
	}
	connection->flags |= CONNECTION_OPENED;
	return true;
}
