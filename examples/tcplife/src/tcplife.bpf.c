// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sends one record for every TCP connection that ends: who it was, what it carried, how long it lived. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT = 2, TCP_FIN_WAIT1 = 4, TCP_CLOSE = 7, TCP_LAST_ACK = 9 };
/* Bit of skc_flags: the peer's FIN has arrived. */
enum { SOCK_DONE = 1 };

/* Only the fields that are read: CO-RE finds where they lie in the running kernel. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct in6_addr {
	__u8 bytes[16];
};
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_family;
	unsigned long skc_flags;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
};
struct inet_sock {
	__be16 inet_sport;
};
struct inet_connection_sock {
	struct inet_sock icsk_inet;
};
struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_sent, bytes_retrans, bytes_received;
};
#pragma clang attribute pop

/* What is known of a connection that lives. */
struct life {
	__u64 begin;
	__u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct sock *);
	__type(value, struct life);
} lives SEC(".maps");

struct connection {
	__u64 duration;
	__u64 sent;
	__u64 received;
	__u32 pid;
	/* 2: IPv4, in the first four bytes of the addresses; 10: IPv6 */
	__u16 family;
	__be16 local_port;
	__be16 remote_port;
	char comm[16];
	__u8 local[16];
	__u8 remote[16];
};

/* clang describes only types that some variable has; this one lies in a section that loaders pass over. */
struct connection *exported SEC(".bpf2ts");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} ended SEC(".maps");

static __always_inline void report(struct sock *sk, struct life *life)
{
	struct sock_common *common = &sk->__sk_common;
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct connection *connection;

	if (!tcp)
		return;
	connection = bpf_ringbuf_reserve(&ended, sizeof(*connection), 0);
	if (!connection)
		return;
	__builtin_memset(connection, 0, sizeof(*connection));
	connection->duration = bpf_ktime_get_ns() - life->begin;
	connection->sent = tcp->bytes_sent - tcp->bytes_retrans;
	/* The kernel counts the FIN as a byte. */
	connection->received = tcp->bytes_received - ((common->skc_flags >> SOCK_DONE) & 1);
	connection->pid = life->pid;
	connection->family = common->skc_family;
	connection->local_port = tcp->inet_conn.icsk_inet.inet_sport;
	connection->remote_port = common->skc_dport;
	__builtin_memcpy(connection->comm, life->comm, sizeof(connection->comm));
	if (common->skc_family == 2) {
		*(__be32 *)connection->local = common->skc_rcv_saddr;
		*(__be32 *)connection->remote = common->skc_daddr;
	} else {
		bpf_probe_read_kernel(connection->local, 16, &common->skc_v6_rcv_saddr);
		bpf_probe_read_kernel(connection->remote, 16, &common->skc_v6_daddr);
	}
	bpf_ringbuf_submit(connection, BPF_RB_NO_WAKEUP);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int before, int now)
{
	struct life *life, first = {};

	if (sk->sk_protocol != 6)
		return 0;
	life = bpf_map_lookup_elem(&lives, &sk);
	if (!life && (now == TCP_SYN_SENT || now == TCP_ESTABLISHED)) {
		first.begin = bpf_ktime_get_ns();
		bpf_map_update_elem(&lives, &sk, &first, BPF_NOEXIST);
		life = bpf_map_lookup_elem(&lives, &sk);
	}
	if (!life)
		return 0;
	/* These three happen in the process that has the socket; others may happen in whatever the packet interrupts. */
	if (!life->pid && (now == TCP_SYN_SENT || now == TCP_FIN_WAIT1 || now == TCP_LAST_ACK)) {
		life->pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(life->comm, sizeof(life->comm));
	}
	if (now == TCP_CLOSE) {
		report(sk, life);
		bpf_map_delete_elem(&lives, &sk);
	}
	return 0;
}
