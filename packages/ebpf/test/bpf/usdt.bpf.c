/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Adds up the arguments of a static probe, and its cookies. */
#include "kernel-types.h"
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u64 runs = 0;
__u64 sum = 0;
__u64 cookies = 0;

SEC("usdt")
int on_usdt(struct pt_regs *context)
{
	long argument = 0;

	runs++;
	if (!bpf_usdt_arg(context, 0, &argument))
		sum += argument;
	cookies += bpf_usdt_cookie(context);
	return 0;
}
