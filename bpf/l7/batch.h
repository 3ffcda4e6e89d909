// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Which message of sendmmsg's or recvmmsg's vector an operation is. The socket layer reports each message by itself, so
 * the task counts them; a call ends with its last message, or with an operation that fails.
 */
#pragma once

#include "operation.h"
#include <sonde/iov.h>
#include <sonde/syscall.h>

struct batch {
	__u64 vector;
	__u64 socket;
	__u32 next;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct batch);
} batches SEC(".maps");

/* A stream socket may take a part of a message only, and the call ends there. Sums up at most this many pieces. */
#define BATCH_PIECES 8

static __always_inline bool sent_whole(const struct user_memory *memory, __u32 length)
{
	struct user_iovec piece[BATCH_PIECES];
	__u64 total = 0;
	__u32 pieces = memory->count;

	if (memory->kind != MEMORY_VECTOR || pieces > BATCH_PIECES ||
	    bpf_probe_read_user(piece, pieces * sizeof(*piece), (void *)memory->address))
		return false;
	for (__u32 i = 0; i < BATCH_PIECES; i++)
		if (i < pieces)
			total += piece[i].length;
	return total == length;
}

/* Sets `operation->message`; false if nobody can tell it. */
static __always_inline bool next_of_batch(struct task_struct *task, struct pt_regs *regs, struct operation *operation)
{
	__u64 vector = SYSCALL_ARGUMENT_1(regs), socket = (__u64)operation->sk;
	__u32 messages = SYSCALL_ARGUMENT_2(regs);
	struct batch *batch;

	if (messages == 1)
		return true;
	/* A call that a timeout may end, unseen. */
	if (operation->number == SYS_RECVMMSG && SYSCALL_ARGUMENT_4(regs))
		return false;
	batch = bpf_task_storage_get(&batches, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!batch)
		return false;
	if (batch->vector != vector || batch->socket != socket)
		batch->next = 0;
	batch->vector = vector;
	batch->socket = socket;
	operation->message = batch->next;
	batch->next = batch->next + 1 < messages ? batch->next + 1 : 0;
	if (operation->number == SYS_SENDMMSG && operation->transport != TRANSPORT_UDP) {
		struct user_memory memory = {};

		memory_of_message(vector + (__u64)operation->message * USER_MMSGHDR_SIZE, &memory);
		if (!sent_whole(&memory, operation->length))
			batch->next = 0;
	}
	return true;
}

/* The current call has failed: the next one begins with its first message. */
static __always_inline void end_batch(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 number = SYSCALL_NUMBER((struct pt_regs *)bpf_task_pt_regs(task));
	struct batch *batch;

	if (number != SYS_SENDMMSG && number != SYS_RECVMMSG)
		return;
	batch = bpf_task_storage_get(&batches, task, NULL, 0);
	if (batch)
		batch->next = 0;
}
