/* SPDX-License-Identifier: Apache-2.0 */
/* One io_uring operation at a time, by the raw system calls. */
#pragma once

#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int uring_fd = -1;
static char *uring_sq, *uring_cq;
static struct io_uring_sqe *uring_sqes;
static struct io_uring_params uring_params;

static int uring_setup(void)
{
	uring_fd = syscall(SYS_io_uring_setup, 8, &uring_params);
	if (uring_fd < 0)
		return -1;
	uring_sq = mmap(0, uring_params.sq_off.array + uring_params.sq_entries * sizeof(unsigned), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, uring_fd, IORING_OFF_SQ_RING);
	uring_cq = mmap(0, uring_params.cq_off.cqes + uring_params.cq_entries * sizeof(struct io_uring_cqe),
			PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, uring_fd, IORING_OFF_CQ_RING);
	uring_sqes = mmap(0, uring_params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_POPULATE, uring_fd, IORING_OFF_SQES);
	return 0;
}

/* IORING_OP_SEND or IORING_OP_RECV; returns what the operation did. */
static int uring_run(int opcode, int fd, void *buffer, unsigned length)
{
	unsigned *tail = (unsigned *)(uring_sq + uring_params.sq_off.tail);
	unsigned *head = (unsigned *)(uring_cq + uring_params.cq_off.head);
	unsigned mask = *(unsigned *)(uring_sq + uring_params.sq_off.ring_mask), slot = *tail & mask;
	struct io_uring_cqe *done = (struct io_uring_cqe *)(uring_cq + uring_params.cq_off.cqes);
	struct io_uring_sqe *entry = &uring_sqes[slot];
	int result;

	memset(entry, 0, sizeof(*entry));
	entry->opcode = opcode;
	entry->fd = fd;
	entry->addr = (unsigned long)buffer;
	entry->len = length;
	((unsigned *)(uring_sq + uring_params.sq_off.array))[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, uring_fd, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0)
		return -1;
	result = done[*head & *(unsigned *)(uring_cq + uring_params.cq_off.ring_mask)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}
