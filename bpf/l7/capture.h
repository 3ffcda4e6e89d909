// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * From a socket operation to a record, the same for both ways of seeing operations: count its bytes, recognise its
 * protocol, and copy the start of what it moved.
 */
#pragma once

#include "choice.h"
#include "config.h"
#include "connection.h"
#include "open.h"
#include "operation.h"
#include "scratch.h"

/* An unrecognised connection shows the rules its first chunks, and later a few in a row of every so many. */
#define FIRST_LOOKS 32
#define LATER_LOOKS 4
#define LOOKS_APART 128
#define MAX_REJECTIONS 10

/* Verdicts and targets may have changed, or another process uses the connection now. */
static __always_inline void reconsider(struct connection *connection, struct config *config, struct sock *sk, __u32 tgid)
{
	__u8 *verdict;

	if (connection->generation != config->generation) {
		connection->generation = config->generation;
		verdict = bpf_map_lookup_elem(&verdicts, &connection->cookie);
		if (verdict) {
			connection->flags &= ~CONNECTION_OPENED;
			if (*verdict == VERDICT_REJECTED) {
				connection->protocol = 0;
				connection->chunks = FIRST_LOOKS;
				if (connection->rejections < MAX_REJECTIONS)
					connection->rejections++;
			}
			bpf_map_delete_elem(&verdicts, &connection->cookie);
		}
	}
	connection->tgid = tgid;
	connection->choice = choose(config, tgid, sk, connection->transport);
}

/* State for the connection of an operation, or NULL if it is nobody's concern. */
static __always_inline struct connection *connect_state(struct operation *operation, struct config *config)
{
	struct connection *connection = find_connection(operation->sk, operation->transport);
	__u32 tgid = operation->tgid;
	__u8 choice;

	if (connection) {
		if (connection->tgid != tgid || connection->generation != config->generation)
			reconsider(connection, config, operation->sk, tgid);
		return connection;
	}
	choice = choose(config, tgid, operation->sk, operation->transport);
	if (choice == CHOICE_NO)
		return NULL;
	connection = create_connection(operation->sk, operation->transport);
	if (!connection) {
		count(COUNTER_NO_STATE);
		return NULL;
	}
	connection->generation = config->generation;
	connection->tgid = tgid;
	connection->choice = choice;
	connection->transport = operation->transport;
	if (operation->transport == TRANSPORT_TCP)
		connection->role = tcp_role(operation->sk);
	if (operation->tcp ? tcp_from_start(operation->tcp, operation->direction, operation->length + operation->following)
			   : operation->transport == TRANSPORT_UDP ||
				     (operation->transport == TRANSPORT_UNIX && unix_from_start(operation->sk, config)))
		connection->flags |= CONNECTION_FROM_START;
	return connection;
}

/* Sequence number after the last byte that was read. A FIN that was read with it takes a number too. */
static __always_inline __u32 read_so_far(struct operation *operation)
{
	__u32 copied = READ(operation->tcp, copied_seq);
	bool ended = (READ(operation->sk, sk_shutdown) & RCV_SHUTDOWN) && copied == READ(operation->tcp, rcv_nxt);

	return ended ? copied - 1 : copied;
}

/*
 * Moves the connection's position over the operation. Bytes that passed TCP unseen since the last one (a splice) show in
 * its sequence numbers, and become a gap.
 */
static __always_inline void advance(struct operation *operation)
{
	struct connection *connection = operation->connection;
	__u8 direction = operation->direction & 1;
	__u64 position = connection->position[direction];

	if (operation->tcp) {
		__u32 sent = READ(operation->tcp, write_seq);
		__u32 end = (direction == OUTGOING ? sent : read_so_far(operation)) - operation->following;
		__u32 start = end - operation->length;
		__u8 known = direction == OUTGOING ? CONNECTION_SEQUENCE_OUT : CONNECTION_SEQUENCE_IN;
		__u8 other = direction == OUTGOING ? CONNECTION_SEQUENCE_IN : CONNECTION_SEQUENCE_OUT;

		if (connection->flags & known) {
			__s32 unseen = start - connection->sequence[direction];

			if (unseen > 0)
				position += unseen;
		}
		/* A FIN takes a number too. */
		if (direction == INCOMING && (connection->flags & CONNECTION_SEQUENCE_OUT) &&
		    !(READ(operation->sk, sk_shutdown) & SEND_SHUTDOWN))
			operation->overtakes = sent != connection->sequence[OUTGOING];
		/* What passes the other way before it is first seen there is a gap, too. */
		if (!(connection->flags & other))
			connection->sequence[!direction] =
				direction == OUTGOING ? read_so_far(operation) : sent;
		connection->flags |= known | other;
		connection->sequence[direction] = end;
		operation->sequence = start;
		operation->has_sequence = true;
	}
	operation->position = position;
	connection->position[direction] = position + operation->length;
}

/*
 * When the bytes went out or came in. A send returns only after the receiver may have answered already, so its time is
 * that of the last segment, if all that was written has been sent. TCP's clock was read then, or later; the segment's
 * own time lies ahead if TCP paces itself.
 */
static __always_inline __u64 time_of(struct operation *operation)
{
	struct tcp_sock *tcp = operation->tcp;
	__u64 sent, clock;

	if (operation->direction != OUTGOING || !tcp || READ(tcp, snd_nxt) != READ(tcp, write_seq))
		return bpf_ktime_get_ns();
	sent = READ(tcp, tcp_wstamp_ns);
	clock = READ(tcp, tcp_clock_cache);
	return sent < clock ? sent : clock;
}

/* Whether an unrecognised connection's chunk is worth a look at the rules. */
static __always_inline bool worth_a_look(struct connection *connection)
{
	__u32 chunk = connection->chunks++;

	return chunk < FIRST_LOOKS || (chunk & ((LOOKS_APART << (connection->rejections & 15)) - 1)) < LATER_LOOKS;
}

/*
 * Keeps a small chunk that no rule knows, with the `before` bytes that were kept already and now stand before it, so that
 * the next one can be looked at together with them.
 */
static __always_inline void keep_head(struct connection *connection, __u8 direction, struct scratch *scratch, __u32 before,
				      __u32 length)
{
	if (length > HEAD_SIZE) {
		connection->head_length[direction] = 0;
		return;
	}
	bpf_probe_read_kernel(connection->head[direction], HEAD_SIZE, scratch->head + length);
	connection->head_length[direction] = before + length > HEAD_SIZE ? length : before + length;
}

/*
 * Tries the rules on a chunk with the head that came before it, then on the chunk alone. Returns how many bytes of a head
 * belong to the recognised protocol (0 or more), or -1 if no rule holds.
 */
static __always_inline int recognise(struct operation *operation, struct config *config, struct scratch *scratch)
{
	struct connection *connection = operation->connection;
	struct candidate *chunk = &scratch->chunk;
	__u8 direction = operation->direction & 1;
	__u32 before = connection->head_length[direction], length = operation->length, found;

	chunk->length = length;
	chunk->available = gather_payload(length < RULE_WINDOW ? length : RULE_WINDOW);
	chunk->rules = config->rules;
	chunk->local_port = local_port(operation->sk);
	chunk->remote_port = remote_port(operation->sk);
	chunk->transport = operation->transport;
	chunk->role = connection->role;
	chunk->outgoing = direction == OUTGOING;
	connection->head_length[!direction] = 0;
	found = 0;
	/* First as it began: the rest of a message may look like the beginning of another protocol's. */
	if (before) {
		__builtin_memcpy(scratch->head, connection->head[direction], HEAD_SIZE);
		chunk->length += before;
		chunk->available += before;
		found = try_rules(before);
		chunk->length -= before;
		chunk->available -= before;
	}
	if (!found) {
		found = try_rules(0);
		if (found)
			before = 0;
		else if (operation->transport == TRANSPORT_UDP)
			return -1;
	}
	if (!found) {
		/* Bytes that could not be read can't be kept either. */
		keep_head(connection, direction, scratch, before, chunk->available >= length ? length : HEAD_SIZE + 1);
		return -1;
	}
	connection->head_length[direction] = 0;
	connection->protocol = found;
	if (!connection->role)
		connection->role = found >> 8;
	return before;
}

static __always_inline void fill(struct data_record *record, const struct operation *operation)
{
	const struct connection *connection = operation->connection;

	record->header.kind = RECORD_DATA;
	record->header.flags = (operation->direction == OUTGOING ? DATA_OUTGOING : 0) |
			       (operation->has_sequence ? DATA_SEQUENCE : 0) |
			       (operation->overtakes ? DATA_OVERTAKES : 0);
	record->header.transport = operation->transport;
	record->header.protocol = connection->protocol;
	record->header.tgid = operation->tgid;
	record->header.cookie = connection->cookie;
	record->header.at = operation->at;
	record->position = operation->position;
	record->unit = 0;
	record->tid = operation->task->pid;
	record->length = operation->length;
	record->sequence = operation->sequence;
}

/* Reports the head that was kept of an earlier operation, now that it is known to begin a message. */
static __always_inline void emit_head(const struct operation *operation, struct scratch *scratch, __u32 length)
{
	struct data_record *record = &scratch->plain.record;

	if (length > HEAD_SIZE)
		return;
	bpf_probe_read_kernel(scratch->payload, length,
			      operation->connection->head[operation->direction & 1] + (HEAD_SIZE - length));
	fill(record, operation);
	record->position -= length;
	record->sequence -= length;
	record->length = length;
	record->captured = length;
	if (bpf_ringbuf_output(&events, record, sizeof(*record) + length, BPF_RB_NO_WAKEUP))
		count(COUNTER_RING_FULL);
}

static __always_inline void emit(const struct operation *operation, struct scratch *scratch, const struct peer *peer)
{
	__u32 protocol = operation->connection->protocol;
	__u32 *limit = bpf_map_lookup_elem(&protocols, &protocol);
	__u32 wanted = operation->length, captured;
	long refused;

	if (limit && wanted > *limit)
		wanted = *limit;
	/* One piece is the common case: no call for it. */
	if (scratch->memory.kind == MEMORY_BUFFER)
		captured = copy_user(scratch->payload, wanted, scratch->memory.address, scratch->memory.count);
	else
		captured = gather_payload(wanted);
	/* The compiler knows that it can't be more, and would leave the check out that the verifier wants. */
	barrier_var(captured);
	if (captured > MAX_CAPTURE)
		captured = 0;
	if (scratch->memory.kind == MEMORY_UNKNOWN)
		count(COUNTER_UNSEEN);
	else if (!captured && wanted)
		count(COUNTER_FAULT);
	if (peer) {
		struct data_record *record = &scratch->peered.record;

		fill(record, operation);
		record->header.flags |= DATA_PEER;
		record->captured = captured;
		scratch->peered.peer = *peer;
		refused = bpf_ringbuf_output(&events, record, sizeof(*record) + sizeof(*peer) + captured, BPF_RB_NO_WAKEUP);
	} else {
		struct data_record *record = &scratch->plain.record;

		fill(record, operation);
		record->captured = captured;
		refused = bpf_ringbuf_output(&events, record, sizeof(*record) + captured, BPF_RB_NO_WAKEUP);
	}
	if (refused)
		count(COUNTER_RING_FULL);
}

/* An operation of `length` > 0 bytes on `sk`, by the current task. */
static __always_inline void capture(struct operation *operation)
{
	struct config *config = get_config();
	struct connection *connection;
	struct scratch *scratch;
	struct peer peer = {};
	bool has_peer = false;
	int head = 0;

	if (!config)
		return;
	operation->task = bpf_get_current_task_btf();
	operation->tgid = operation->task->tgid;
	operation->tcp = tcp_of(operation->sk, operation->protocol);
	connection = connect_state(operation, config);
	if (!connection)
		return;
	operation->connection = connection;
	advance(operation);
	identify(operation);
	if (connection->choice == CHOICE_NO)
		return;
	if (!connection->protocol && !worth_a_look(connection)) {
		count(COUNTER_UNRECOGNISED);
		return;
	}
	scratch = take_scratch();
	if (!scratch)
		return;
	__builtin_memset(&scratch->memory, 0, sizeof(scratch->memory));
	locate(operation, &scratch->memory);
	if (operation->transport == TRANSPORT_UDP && !remote_port(operation->sk)) {
		has_peer = find_peer(operation, &scratch->memory, &peer);
		if (!peer_chosen(connection->choice, peer.port))
			goto out;
	}
	if (!connection->protocol) {
		head = recognise(operation, config, scratch);
		if (head < 0) {
			count(COUNTER_UNRECOGNISED);
			goto out;
		}
	}
	operation->at = time_of(operation);
	if (!(connection->flags & CONNECTION_OPENED) &&
	    !announce(operation, scratch, operation->length + head))
		goto out;
	if (head)
		emit_head(operation, scratch, head);
	emit(operation, scratch, has_peer ? &peer : NULL);
out:
	return_scratch(scratch);
}
