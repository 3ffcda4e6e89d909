// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Learns address translation from the conntrack entries of packets on their way out: there the rules of all hooks have
 * been applied, the entry is in the packet's hand, and its first packet (SYN, query) has not left yet. One program, one
 * load for a packet without an entry. Linux 5.8 (ring buffers), nothing else that is younger.
 */
#include "conntrack.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* For the generated TypeScript. */
const volatile struct flow_types types = {};

/* A device that counts a direction's packets loses that office when none came by for so long. */
#define COUNTING_DEVICE_NS 1000000000ULL

/* Address of the conntrack entry -> what is kept of its flow. Live flows that make room are told anew. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct flow);
} flows SEC(".maps");

/* Who connects: packets lose their socket when they leave its namespace, which is where they are translated. */
struct opener {
	__u32 tgid;
	__u32 netns;
	__u8 comm[16];
};

struct ends {
	__u8 source[16];
	__u8 destination[16];
	__be16 source_port;
	__be16 destination_port;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ends);
	__type(value, struct opener);
} openers SEC(".maps");

/* One for each CPU: a flow is too large for the stack, next to its record. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow_record);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		*value += 1;
}

static __always_inline bool tell(__u32 kind, __u64 entry, __u64 at, const struct flow *flow)
{
	__u32 zero = 0;
	struct flow_record *record = bpf_map_lookup_elem(&scratch, &zero);

	if (!record)
		return false;
	record->kind = kind;
	record->entry = entry;
	record->at = at;
	if (flow)
		__builtin_memcpy(&record->flow, flow, sizeof(*flow));
	if (bpf_ringbuf_output(&events, record, sizeof(*record), BPF_RB_NO_WAKEUP)) {
		count(COUNTER_RING_FULL);
		return false;
	}
	return true;
}

static __always_inline bool same_tuple(const struct tuple *one, const struct tuple *other)
{
	const __u64 *a = (const __u64 *)one;
	const __u64 *b = (const __u64 *)other;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3] && a[4] == b[4];
}

/* 64:ff9b::/96 and 64:ff9b:1::/48 (RFC 6052, RFC 8215): what translates them keeps its own table. */
static __always_inline bool stands_for_ipv4(const __u32 *address)
{
	return address[0] == bpf_htonl(0x0064ff9b) && (address[1] >> 16 == 0 || bpf_ntohl(address[1]) >> 16 == 1);
}

static __always_inline void unsupported(struct sock *sk, const struct opener *opener, const struct ends *ends)
{
	__u32 zero = 0;
	struct flow_record *record = bpf_map_lookup_elem(&scratch, &zero);
	struct flow *flow;

	count(COUNTER_UNSUPPORTED);
	if (!record)
		return;
	flow = &record->flow;
	__builtin_memset(flow, 0, sizeof(*flow));
	__builtin_memcpy(flow->original.source, ends->source, 16);
	__builtin_memcpy(flow->original.destination, ends->destination, 16);
	flow->original.source_port = ends->source_port;
	flow->original.destination_port = ends->destination_port;
	flow->original.family = AF_INET6;
	flow->original.protocol = IPPROTO_TCP;
	flow->netns = flow->client_netns = opener->netns;
	flow->tgid = opener->tgid;
	__builtin_memcpy(flow->comm, opener->comm, sizeof(flow->comm));
	flow->first = bpf_ktime_get_ns();
	tell(FLOW_UNSUPPORTED, 0, flow->first, NULL);
}

/* A SYN on its way out: the task that connects is running, and the socket has got its port. */
static __always_inline void note_opener(struct sock *sk)
{
	struct opener opener = {};
	struct ends ends = {};

	opener.tgid = bpf_get_current_pid_tgid() >> 32;
	opener.netns = sk->__sk_common.skc_net.net->ns.inum;
	bpf_get_current_comm(opener.comm, sizeof(opener.comm));
	ends.source_port = bpf_htons(sk->__sk_common.skc_num);
	ends.destination_port = sk->__sk_common.skc_dport;
	if (sk->__sk_common.skc_family == AF_INET6) {
		BPF_CORE_READ_INTO(&ends.source, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
		BPF_CORE_READ_INTO(&ends.destination, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
		/* An IPv4 connection of an IPv6 socket is IPv4 to conntrack. */
		if (*(__u64 *)ends.destination == 0 && ((__u32 *)ends.destination)[2] == bpf_htonl(0xffff)) {
			*(__u32 *)ends.source = ((__u32 *)ends.source)[3];
			*(__u32 *)ends.destination = ((__u32 *)ends.destination)[3];
			__builtin_memset(ends.source + 4, 0, 12);
			__builtin_memset(ends.destination + 4, 0, 12);
		} else if (stands_for_ipv4((__u32 *)ends.destination)) {
			unsupported(sk, &opener, &ends);
		}
	} else {
		*(__u32 *)ends.source = sk->__sk_common.skc_rcv_saddr;
		*(__u32 *)ends.destination = sk->__sk_common.skc_daddr;
	}
	bpf_map_update_elem(&openers, &ends, &opener, BPF_ANY);
}

static __always_inline void find_opener(struct flow *flow, const struct sock *sk, bool reply)
{
	const struct tuple *original = &flow->original;
	struct opener *opener;
	struct ends ends;

	if (original->protocol == IPPROTO_UDP) {
		/* A datagram that still has its socket is being sent by the running task. */
		if (!sk || reply)
			return;
		flow->client_netns = flow->netns;
		flow->tgid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(flow->comm, sizeof(flow->comm));
		return;
	}
	__builtin_memcpy(ends.source, original->source, 16);
	__builtin_memcpy(ends.destination, original->destination, 16);
	ends.source_port = original->source_port;
	ends.destination_port = original->destination_port;
	opener = bpf_map_lookup_elem(&openers, &ends);
	if (!opener)
		return;
	flow->client_netns = opener->netns;
	flow->tgid = opener->tgid;
	__builtin_memcpy(flow->comm, opener->comm, sizeof(flow->comm));
	bpf_map_delete_elem(&openers, &ends);
}

/* Packets that the device will send for this one. */
static __always_inline __u32 segments(struct sk_buff *skb)
{
	struct skb_shared_info *shared;
	__u16 gso_segs;

	if (skb->len < 1600)
		return 1;
	shared = (void *)(skb->head + skb->end);
	gso_segs = BPF_CORE_READ(shared, gso_segs);
	return gso_segs ? gso_segs : 1;
}

/* A bridge, a VLAN or a tunnel queues a packet once more: only one device counts. */
static __always_inline void count_packet(struct flow *flow, struct sk_buff *skb, __u32 way, __u64 now)
{
	__u32 device = skb->dev->ifindex;

	if (flow->devices[way] != device) {
		if (flow->counted[way] && now - flow->counted[way] < COUNTING_DEVICE_NS)
			return;
		flow->devices[way] = device;
	}
	flow->counted[way] = now;
	__sync_fetch_and_add(&flow->packets[way], segments(skb));
	/* From the IP header on, as conntrack counts. */
	__sync_fetch_and_add(&flow->bytes[way], skb->len - (skb->network_header - (__u32)(skb->data - skb->head)));
}

/* MASQUERADE leaves the device's index in the entry's NAT extension (include/net/netfilter/nf_nat.h). */
static __always_inline bool is_masqueraded(struct nf_conn *ct)
{
	struct nf_conn_nat *nat = NULL;
	struct nf_ct_ext *ext;
	__u8 offset = 0;

	if (!bpf_core_field_exists(ct->ext) || !bpf_core_field_exists(nat->masq_index))
		return false;
	if (!bpf_core_enum_value_exists(enum nf_ct_ext_id, NF_CT_EXT_NAT))
		return false;
	ext = BPF_CORE_READ(ct, ext);
	if (!ext)
		return false;
	bpf_probe_read_kernel(&offset, 1, (void *)ext + bpf_core_field_offset(struct nf_ct_ext, offset) +
						  bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_NAT));
	if (!offset)
		return false;
	nat = (void *)ext + offset;
	return BPF_CORE_READ(nat, masq_index) != 0;
}

static __always_inline struct flow *begin(struct nf_conn *ct, __u64 entry, const struct tuple *original,
					  const struct tuple *reply, __u64 now)
{
	__u32 zero = 0;
	struct flow_record *record = bpf_map_lookup_elem(&scratch, &zero);
	struct flow *flow;

	if (!record)
		return NULL;
	flow = &record->flow;
	__builtin_memset(flow, 0, sizeof(*flow));
	flow->original = *original;
	flow->reply = *reply;
	flow->first = now;
	flow->netns = BPF_CORE_READ(ct, ct_net.net, ns.inum);
	if (bpf_core_field_exists(ct->zone))
		flow->zone = BPF_CORE_READ(ct, zone.id);
	bpf_map_update_elem(&flows, &entry, flow, BPF_ANY);
	return bpf_map_lookup_elem(&flows, &entry);
}

static __always_inline __u8 tcp_state(struct nf_conn *ct, const struct tuple *tuple)
{
	return tuple->protocol == IPPROTO_TCP ? BPF_CORE_READ(ct, proto.tcp.state) : 0;
}

static __always_inline bool began_now(unsigned long status, const struct tuple *tuple, __u8 state)
{
	return tuple->protocol == IPPROTO_TCP ? state <= TCP_CONNTRACK_SYN_RECV : !(status & IPS_SEEN_REPLY);
}

/* A packet of a translated flow. */
static __always_inline void translated(struct sk_buff *skb, struct nf_conn *ct, unsigned long status, bool reply)
{
	__u64 entry = (__u64)ct & ENTRY_MASK, now = bpf_ktime_get_ns();
	struct tuple tuples[2];
	struct flow *flow;
	__u8 state;

	if (bpf_core_read(&tuples[0], sizeof(tuples[0]), &ct->tuplehash[0].tuple) ||
	    bpf_core_read(&tuples[1], sizeof(tuples[1]), &ct->tuplehash[1].tuple))
		return;
	if (tuples[0].protocol != IPPROTO_TCP && tuples[0].protocol != IPPROTO_UDP)
		return;
	state = tcp_state(ct, &tuples[0]);
	flow = bpf_map_lookup_elem(&flows, &entry);
	/* The kernel gives an entry's memory to another flow; a new flow may even have the very same tuples. */
	if (flow && (!same_tuple(&flow->original, &tuples[0]) || !same_tuple(&flow->reply, &tuples[1]))) {
		tell(FLOW_END, entry, now, flow);
		flow = NULL;
	}
	if (!flow) {
		/* Packets that come after the end. */
		if (state == TCP_CONNTRACK_TIME_WAIT || state == TCP_CONNTRACK_CLOSE)
			return;
		flow = begin(ct, entry, &tuples[0], &tuples[1], now);
		if (!flow)
			return;
		if (began_now(status, &tuples[0], state))
			flow->flags |= FLOW_FROM_START;
		if ((status & IPS_SRC_NAT) && is_masqueraded(ct))
			flow->flags |= FLOW_MASQUERADED;
		find_opener(flow, skb->sk, reply);
	}
	flow->last = now;
	flow->state = state;
	count_packet(flow, skb, reply, now);
	if (!(flow->flags & FLOW_TOLD) && tell(FLOW_BEGIN, entry, flow->first, flow))
		flow->flags |= FLOW_TOLD;
	if (state == TCP_CONNTRACK_TIME_WAIT || state == TCP_CONNTRACK_CLOSE || (status & IPS_DYING)) {
		/* Where the ring is full it stays, with its state, to be found by looking. */
		if (tell(FLOW_END, entry, now, flow))
			bpf_map_delete_elem(&flows, &entry);
	}
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(net_dev_queue, struct sk_buff *skb)
{
	unsigned long nfct = skb->_nfct, status;
	struct sock *sk = skb->sk;
	struct nf_conn *ct;

	if (sk && sk->__sk_common.skc_state == TCP_SYN_SENT)
		note_opener(sk);
	ct = (struct nf_conn *)(nfct & ~NFCT_INFOMASK);
	if (!ct)
		return 0;
	status = BPF_CORE_READ(ct, status);
	if (status & (IPS_SRC_NAT | IPS_DST_NAT))
		translated(skb, ct, status, (nfct & NFCT_INFOMASK) >= IP_CT_IS_REPLY);
	return 0;
}
