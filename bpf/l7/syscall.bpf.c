// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Socket data from the ends of system calls, for kernels whose socket layer has no tracepoints of its own (before Linux
 * 6.3). Arguments are still in the registers when a call ends, so that its beginning need not be seen. Linux 5.11.
 */
#define SONDE_PROBE_READS
#include "capture.h"
#include "lifecycle.h"
#include "locate.h"
#include "peer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * State of connections by the address of their socket: sockets found by file descriptor have no type that socket-local
 * storage would take. The longest unused give way.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct connection);
} connections SEC(".maps");

/* Connections that were given a cookie, counted on each CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} cookies SEC(".maps");

/* Most messages of one sendmmsg or recvmmsg (UIO_MAXIOV). */
#define MAX_MESSAGES 1024

/* TCP tells when a socket goes; another one may get its memory unnoticed, but not the number of its inode too. */
static __always_inline __u64 inode_of(struct sock *sk, __u8 transport)
{
	return transport == TRANSPORT_TCP ? 0 : BPF_CORE_READ(sk, sk_socket, file, f_inode, i_ino);
}

static __always_inline struct connection *find_connection(struct sock *sk, __u8 transport)
{
	__u64 key = (__u64)sk;
	struct connection *connection = bpf_map_lookup_elem(&connections, &key);

	return connection && connection->inode == inode_of(sk, transport) ? connection : NULL;
}

static __always_inline struct connection *create_connection(struct sock *sk, __u8 transport)
{
	struct connection fresh = { .inode = inode_of(sk, transport) };
	__u64 key = (__u64)sk, *count;
	__u32 zero = 0;

	count = bpf_map_lookup_elem(&cookies, &zero);
	if (!count)
		return NULL;
	/* Unique without a shared counter, and below 2^53. */
	fresh.cookie = (__u64)(bpf_get_smp_processor_id() + 1) << 40 | ++*count;
	if (bpf_map_update_elem(&connections, &key, &fresh, BPF_ANY))
		return NULL;
	return bpf_map_lookup_elem(&connections, &key);
}

static __always_inline void identify(struct operation *operation)
{
}

static __always_inline void locate(struct operation *operation, struct user_memory *memory)
{
	if (!operation->discarded)
		locate_memory(operation->regs, operation->number, operation->message, memory);
}

static __always_inline bool find_peer(struct operation *operation, struct user_memory *memory, struct peer *peer)
{
	return read_peer(memory->name, peer);
}

static __always_inline struct sock *socket_of(struct task_struct *task, __u64 descriptor)
{
	struct file *file = file_of(task, descriptor);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = READ(file, private_data);
	return socket ? READ(socket, sk) : NULL;
}

/* MSG_… of a receive. */
static __always_inline __u32 receive_flags(struct pt_regs *regs, __u64 number)
{
	switch (number) {
	case SYS_RECVFROM:
	case SYS_RECVMMSG:
		return SYSCALL_ARGUMENT_3(regs);
	case SYS_RECVMSG:
		return SYSCALL_ARGUMENT_2(regs);
	}
	return 0;
}

/* What an operation is, in one number. */
#define FACT_OUTGOING 1
#define FACT_TRUNCATE 2
#define FACTS(number, direction) ((number) << 2 | (direction))
#define FACT_MESSAGE(message) ((__u64)(message) << 32)

/*
 * One message of a system call: `length` bytes passed `socket`, and then `following` more. Global, so that the verifier
 * walks it once; such functions take numbers only, up to five.
 */
__noinline int observe(__u64 socket, __u64 registers, __u64 facts, __u32 length, __u32 following)
{
	struct operation operation = {
		.sk = (struct sock *)socket,
		.regs = (struct pt_regs *)registers,
		.number = (__u32)facts >> 2,
		.message = facts >> 32,
		.direction = facts & FACT_OUTGOING,
		.length = length,
		.following = following,
	};

	operation.transport = transport_of(operation.sk, &operation.protocol);
	if (operation.transport == TRANSPORT_NONE || !length)
		return 0;
	operation.discarded = operation.transport == TRANSPORT_TCP && (facts & FACT_TRUNCATE);
	capture(&operation);
	return 0;
}

__noinline int observe_end_of_stream(__u64 socket)
{
	struct sock *sk = (struct sock *)socket;
	__u16 protocol;
	__u8 transport = transport_of(sk, &protocol);
	struct connection *connection = find_connection(sk, transport);

	if (connection && transport != TRANSPORT_UDP)
		end_of_stream(sk, connection);
	return 0;
}

/* Bytes of a message of a vector, as the kernel has written them there. */
__noinline __u32 message_length(__u64 vector, __u32 message)
{
	__u64 address = vector + (__u64)message * USER_MMSGHDR_SIZE + USER_MMSGHDR_LENGTH;
	__u32 length = 0;

	if (bpf_probe_read_user(&length, sizeof(length), (void *)address))
		count(COUNTER_FAULT);
	return length;
}

__noinline __u32 batch_length(__u64 vector, __u32 messages)
{
	__u32 total = 0;

	for (__u32 i = 0; i < MAX_MESSAGES && i < messages; i++)
		total = message_length(vector, i) + total;
	return total;
}

/* A message of a vector. Returns how many bytes follow it, of the `following` ones that it is the first of. */
__noinline __u32 observe_message(__u64 socket, __u64 registers, __u64 facts, __u32 following)
{
	struct pt_regs *regs = (struct pt_regs *)registers;
	__u32 length = message_length(SYSCALL_ARGUMENT_1(regs), facts >> 32);

	observe(socket, registers, facts, length, following - length);
	return following - length;
}

__noinline int observe_messages(__u64 socket, __u64 registers, __u64 facts, __u32 messages)
{
	struct pt_regs *regs = (struct pt_regs *)registers;
	__u32 following = batch_length(SYSCALL_ARGUMENT_1(regs), messages);

	for (__u32 i = 0; i < MAX_MESSAGES && i < messages; i++)
		following = observe_message(socket, registers, facts | FACT_MESSAGE(i), following);
	return 0;
}

/* Whether any socket of the process can be of concern. */
static __always_inline bool concerns(__u32 tgid)
{
	struct config *config = get_config();
	__u8 target = target_state(tgid);

	if (!config || target == TARGET_EXCLUDED || tgid == config->self)
		return false;
	return config->all || target == TARGET_OBSERVED || config->port_count;
}

static __always_inline void observe_splice(struct task_struct *task, __u64 registers, __u64 number, __u32 length)
{
	struct pt_regs *regs = (struct pt_regs *)registers;
	struct sock *in = number == SYS_SPLICE ? socket_of(task, SYSCALL_ARGUMENT_0(regs)) : NULL;
	struct sock *out = socket_of(task, number == SYS_SPLICE ? SYSCALL_ARGUMENT_2(regs) : SYSCALL_ARGUMENT_0(regs));

	if (in)
		observe((__u64)in, registers, FACTS(number, INCOMING), length, 0);
	if (out)
		observe((__u64)out, registers, FACTS(number, OUTGOING), length, 0);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	__u64 number = SYSCALL_NUMBER(regs);
	int direction = syscall_direction(number);
	struct task_struct *task;
	__u64 registers = 0, facts;
	struct sock *sk;
	__u32 flags;

	if (result < 0 || (direction < 0 && number != SYS_SENDFILE && number != SYS_SPLICE))
		return 0;
	if (!concerns(bpf_get_current_pid_tgid() >> 32))
		return 0;
	task = bpf_get_current_task_btf();
	if (!syscall_is_native(task))
		return 0;
	/* The address as a number, which global functions take. */
	bpf_probe_read_kernel(&registers, sizeof(registers), ctx);
	if (direction < 0) {
		if (result > 0)
			observe_splice(task, registers, number, result);
		return 0;
	}
	flags = receive_flags(regs, number);
	/* Bytes that stay in the queue, that are out of band, or that are no data but errors. */
	if (flags & (MSG_PEEK | MSG_OOB | MSG_ERRQUEUE))
		return 0;
	sk = socket_of(task, SYSCALL_ARGUMENT_0(regs));
	if (!sk)
		return 0;
	facts = FACTS(number, direction) | (flags & MSG_TRUNC ? FACT_TRUNCATE : 0);
	if (number == SYS_SENDMMSG || number == SYS_RECVMMSG)
		observe_messages((__u64)sk, registers, facts, result);
	else if (result > 0)
		observe((__u64)sk, registers, facts, result, 0);
	else if (direction == INCOMING)
		observe_end_of_stream((__u64)sk);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int before, int state)
{
	__u64 key = (__u64)sk;
	struct connection *connection = bpf_map_lookup_elem(&connections, &key);

	if (!connection)
		return 0;
	/* A socket that begins may have the memory of one that is gone. */
	if (state == TCP_SYN_SENT || state == TCP_SYN_RECV || change_state(sk, connection, state))
		bpf_map_delete_elem(&connections, &key);
	return 0;
}
