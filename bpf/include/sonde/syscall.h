// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Numbers and arguments of system calls, on x86_64 and on arm64 (asm-generic). */
#pragma once

#include "kernel.h"

#if defined(__TARGET_ARCH_x86)
enum syscall_number {
	SYS_READ = 0,
	SYS_WRITE = 1,
	SYS_READV = 19,
	SYS_WRITEV = 20,
	SYS_SENDFILE = 40,
	SYS_SENDTO = 44,
	SYS_RECVFROM = 45,
	SYS_SENDMSG = 46,
	SYS_RECVMSG = 47,
	SYS_SPLICE = 275,
	SYS_RECVMMSG = 299,
	SYS_SENDMMSG = 307,
	SYS_PREADV2 = 327,
	SYS_PWRITEV2 = 328,
};

/* arch/x86/include/asm/thread_info.h: a system call of a 32-bit program, with other numbers and registers. */
#define TS_COMPAT 0x2
#define ENOSYS 38

#define SYSCALL_NUMBER(regs) ((regs)->orig_ax)

/* The task is within the system call, and not on its way out, where io_uring's deferred work runs. */
static __always_inline bool syscall_in_progress(struct pt_regs *regs)
{
	return (long)regs->ax == -ENOSYS;
}

static __always_inline bool syscall_is_native(struct task_struct *task)
{
	return !(task->thread_info.status & TS_COMPAT);
}

#define SYSCALL_ARGUMENT_0(regs) READ(regs, di)
#define SYSCALL_ARGUMENT_1(regs) READ(regs, si)
#define SYSCALL_ARGUMENT_2(regs) READ(regs, dx)
#define SYSCALL_ARGUMENT_3(regs) READ(regs, r10)
#define SYSCALL_ARGUMENT_4(regs) READ(regs, r8)

#elif defined(__TARGET_ARCH_arm64)
enum syscall_number {
	SYS_READ = 63,
	SYS_WRITE = 64,
	SYS_READV = 65,
	SYS_WRITEV = 66,
	SYS_SENDFILE = 71,
	SYS_SPLICE = 76,
	SYS_SENDTO = 206,
	SYS_RECVFROM = 207,
	SYS_SENDMSG = 211,
	SYS_RECVMSG = 212,
	SYS_RECVMMSG = 243,
	SYS_SENDMMSG = 269,
	SYS_PREADV2 = 286,
	SYS_PWRITEV2 = 287,
};

/* arch/arm64/include/asm/thread_info.h */
#define TIF_32BIT (1 << 22)

#define SYSCALL_NUMBER(regs) ((regs)->syscallno)

/* Nothing in the registers tells it; the file descriptor has to (see locate.h). */
static __always_inline bool syscall_in_progress(struct pt_regs *regs)
{
	return true;
}

static __always_inline bool syscall_is_native(struct task_struct *task)
{
	return !(task->thread_info.flags & TIF_32BIT);
}

/* x0 also takes the result. */
#define SYSCALL_ARGUMENT_0(regs) READ(regs, orig_x0)
#define SYSCALL_ARGUMENT_1(regs) READ(regs, regs[1])
#define SYSCALL_ARGUMENT_2(regs) READ(regs, regs[2])
#define SYSCALL_ARGUMENT_3(regs) READ(regs, regs[3])
#define SYSCALL_ARGUMENT_4(regs) READ(regs, regs[4])
#endif
