// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Finds the memory that a system call moves bytes from or to. */
#pragma once

#include "connection.h"
#include <sonde/iov.h>
#include <sonde/syscall.h>

/* Which way a system call's bytes go, or -1 if it isn't one that names them. */
static __always_inline int syscall_direction(__u64 number)
{
	switch (number) {
	case SYS_READ:
	case SYS_READV:
	case SYS_PREADV2:
	case SYS_RECVFROM:
	case SYS_RECVMSG:
	case SYS_RECVMMSG:
		return INCOMING;
	case SYS_WRITE:
	case SYS_WRITEV:
	case SYS_PWRITEV2:
	case SYS_SENDTO:
	case SYS_SENDMSG:
	case SYS_SENDMMSG:
		return OUTGOING;
	}
	return -1;
}

/* Memory of message `index` of a vector of messages; index is 0 for all other calls. */
static __always_inline void locate_memory(struct pt_regs *regs, __u64 number, __u32 index, struct user_memory *memory)
{
	__u64 address = SYSCALL_ARGUMENT_1(regs);

	switch (number) {
	case SYS_SENDTO:
	case SYS_RECVFROM:
		memory->name = SYSCALL_ARGUMENT_4(regs);
		/* fallthrough */
	case SYS_READ:
	case SYS_WRITE:
		memory->kind = MEMORY_BUFFER;
		memory->address = address;
		memory->count = SYSCALL_ARGUMENT_2(regs);
		return;
	case SYS_READV:
	case SYS_WRITEV:
	case SYS_PREADV2:
	case SYS_PWRITEV2:
		memory->kind = MEMORY_VECTOR;
		memory->address = address;
		memory->count = SYSCALL_ARGUMENT_2(regs);
		return;
	case SYS_SENDMSG:
	case SYS_RECVMSG:
	case SYS_SENDMMSG:
	case SYS_RECVMMSG:
		memory_of_message(address + (__u64)index * USER_MMSGHDR_SIZE, memory);
	}
}

/* The open file behind a descriptor of the current task, or NULL. */
static __always_inline struct file *file_of(struct task_struct *task, __u64 descriptor)
{
	struct fdtable *table = task->files->fdt;
	struct file **slots = table->fd, *file = NULL;

	if ((__u32)descriptor >= table->max_fds)
		return NULL;
#ifdef SONDE_PROBE_READS
	bpf_probe_read_kernel(&file, sizeof(file), slots + (__u32)descriptor);
#else
	/* Any type that begins with a pointer serves to load one. */
	file = (void *)CAST(slots + (__u32)descriptor, struct hlist_head)->first;
#endif
	return file;
}
