// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Socket data from the socket layer's own tracepoints: one hit for each operation, the socket in hand, no cost for other
 * system calls. Linux 6.3 (sock_send_length, sock_recv_length).
 */
#include "batch.h"
#include "capture.h"
#include "lifecycle.h"
#include "locate.h"
#include "peer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* State of a connection; it goes with its socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct connection);
} connections SEC(".maps");

/* Sender of the datagram that a task is receiving: the cgroup programs see it, the tracepoint that follows doesn't. */
struct sender {
	struct peer peer;
	__u32 tid;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sender);
} senders SEC(".maps");

static __always_inline struct connection *find_connection(struct sock *sk, __u8 transport)
{
	return bpf_sk_storage_get(&connections, sk, NULL, 0);
}

static __always_inline struct connection *create_connection(struct sock *sk, __u8 transport)
{
	struct connection *connection = bpf_sk_storage_get(&connections, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

	if (connection)
		connection->cookie = bpf_get_socket_cookie(sk);
	return connection;
}

/*
 * The system call in progress, if it is this socket's. Other code also sends and receives in a task's context: io_uring,
 * kernel threads, network file systems. Their buffers aren't those in the registers.
 */
static __always_inline void identify(struct operation *operation)
{
	struct task_struct *task = operation->task;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u64 number = SYSCALL_NUMBER(regs);

	operation->regs = NULL;
	operation->message = 0;
	if (syscall_direction(number) != operation->direction || !syscall_in_progress(regs) || !syscall_is_native(task))
		return;
	if (task->flags & (PF_KTHREAD | PF_IO_WORKER))
		return;
	operation->number = number;
	if (number == SYS_SENDMMSG || number == SYS_RECVMMSG) {
		if (!next_of_batch(task, regs, operation))
			return;
	}
	operation->regs = regs;
}

static __always_inline void locate(struct operation *operation, struct user_memory *memory)
{
	struct socket *socket = READ(operation->sk, sk_socket);

	if (!operation->regs || operation->discarded)
		return;
	if (!socket || file_of(operation->task, SYSCALL_ARGUMENT_0(operation->regs)) != READ(socket, file))
		return;
	locate_memory(operation->regs, operation->number, operation->message, memory);
}

static __always_inline bool find_peer(struct operation *operation, struct user_memory *memory, struct peer *peer)
{
	struct sender *sender;

	if (operation->direction == OUTGOING)
		return read_peer(memory->name, peer);
	sender = bpf_sk_storage_get(&senders, operation->sk, NULL, 0);
	if (!sender || sender->tid != (__u32)operation->task->pid)
		return false;
	*peer = sender->peer;
	sender->tid = 0;
	return true;
}

static __always_inline int observe(struct sock *sk, int length, __u32 flags, __u8 direction)
{
	struct operation operation = {
		.sk = sk,
		.direction = direction,
	};
	struct connection *connection;

	operation.transport = transport_of(sk, &operation.protocol);
	if (operation.transport == TRANSPORT_NONE)
		return 0;
	operation.discarded = operation.transport == TRANSPORT_TCP && (flags & MSG_TRUNC);
	if (length > 0) {
		operation.length = length;
		capture(&operation);
		return 0;
	}
	connection = find_connection(sk, operation.transport);
	if (!connection)
		return 0;
	if (length < 0)
		end_batch();
	else if (direction == INCOMING && operation.transport != TRANSPORT_UDP)
		end_of_stream(sk, connection);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length, struct sock *sk, int length, int flags)
{
	return observe(sk, length, 0, OUTGOING);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(sock_recv_length, struct sock *sk, int length, int flags)
{
	/* Bytes that stay in the queue, that are out of band, or that are no data but errors. */
	if (flags & (MSG_PEEK | MSG_OOB | MSG_ERRQUEUE))
		return 0;
	return observe(sk, length, flags, INCOMING);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int before, int state)
{
	struct connection *connection;

	if (state != TCP_FIN_WAIT1 && state != TCP_LAST_ACK && state != TCP_CLOSE && state != TCP_SYN_SENT)
		return 0;
	connection = find_connection(sk, TRANSPORT_TCP);
	/* A socket that is connected once more begins anew. */
	if (connection && (state == TCP_SYN_SENT || change_state(sk, connection, state)))
		bpf_sk_storage_delete(&connections, sk);
	return 0;
}

static __always_inline struct sender *note_sender(struct bpf_sock_addr *context)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	struct config *config = get_config();
	__u8 target = target_state(pid_tgid >> 32);
	struct sender *sender;

	if (!config || !context->sk || target == TARGET_EXCLUDED)
		return NULL;
	if (target == TARGET_STRANGER && !config->all && !config->port_count)
		return NULL;
	sender = bpf_sk_storage_get(&senders, context->sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!sender)
		return NULL;
	sender->tid = pid_tgid;
	sender->peer.port = bpf_ntohs(context->user_port);
	return sender;
}

SEC("cgroup/recvmsg4")
int recvmsg4(struct bpf_sock_addr *context)
{
	struct sender *sender = note_sender(context);

	if (sender) {
		sender->peer.family = AF_INET;
		*(__u32 *)sender->peer.address = context->user_ip4;
	}
	return 1;
}

SEC("cgroup/recvmsg6")
int recvmsg6(struct bpf_sock_addr *context)
{
	struct sender *sender = note_sender(context);

	if (sender) {
		__u32 *address = (__u32 *)sender->peer.address;

		sender->peer.family = AF_INET6;
		address[0] = context->user_ip6[0];
		address[1] = context->user_ip6[1];
		address[2] = context->user_ip6[2];
		address[3] = context->user_ip6[3];
	}
	return 1;
}
