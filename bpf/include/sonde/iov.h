// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Bytes in user memory, in one piece or in several, as system calls name them. */
#pragma once

#include "kernel.h"

/*
 * Most pieces of a vector that are looked at: what lies beyond them counts as not captured. memcached writes
 * what was asked for at once with one vector, two pieces or more for each value.
 */
#define MAX_PIECES 128
/* Most bytes that are copied of one operation; a power of two. */
#define MAX_CAPTURE 16384

enum memory_kind {
	/* Nobody knows where the bytes are (sendfile, io_uring). */
	MEMORY_UNKNOWN = 0,
	MEMORY_BUFFER = 1,
	MEMORY_VECTOR = 2,
};

/* Where the bytes of an operation are. */
struct user_memory {
	/* Of the buffer, or of the array of struct iovec. */
	__u64 address;
	/* Bytes of the buffer, or pieces of the vector. */
	__u64 count;
	/* struct sockaddr of the other end, or 0; and its size. */
	__u64 name;
	__u32 kind;
};

struct user_iovec {
	__u64 base;
	__u64 length;
};

/* struct user_msghdr of a 64-bit program. */
struct user_message {
	__u64 name;
	__u32 name_length;
	__u32 padding;
	__u64 vector;
	__u64 vector_length;
};

/* struct mmsghdr: a message and how many bytes of it went over. */
#define USER_MMSGHDR_SIZE 64
#define USER_MMSGHDR_LENGTH 56

static __always_inline void memory_of_message(__u64 address, struct user_memory *memory)
{
	struct user_message message;

	if (bpf_probe_read_user(&message, sizeof(message), (void *)address))
		return;
	memory->kind = MEMORY_VECTOR;
	memory->address = message.vector;
	memory->count = message.vector_length;
	memory->name = message.name_length ? message.name : 0;
}

/* Copies at most `wanted` bytes from one place to `to`, which has room for MAX_CAPTURE. Returns how many: all or none. */
static __always_inline __u32 copy_user(__u8 *to, __u32 wanted, __u64 address, __u64 length)
{
	if (wanted > length)
		wanted = length;
	/* Compilers that know it to be small enough would leave the check out, which older verifiers need. */
	barrier_var(wanted);
	if (wanted > MAX_CAPTURE || bpf_probe_read_user(to, wanted, (void *)address))
		return 0;
	return wanted;
}
