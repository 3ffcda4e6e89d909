// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the program reads of packets and conntrack entries; CO-RE finds it in the kernel or in the module nf_conntrack. */
#pragma once

#include <sonde/kernel.h>
#include "flow.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct net_device {
	int ifindex;
};

struct skb_shared_info {
	unsigned short gso_segs;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned int len;
	unsigned long _nfct;
	__u16 network_header;
	unsigned int end;
	unsigned char *head;
	unsigned char *data;
};

struct nf_conntrack_tuple {
	int dummy;
};

struct nf_conntrack_tuple_hash {
	struct nf_conntrack_tuple tuple;
};

struct nf_conntrack_zone {
	__u16 id;
};

struct ip_ct_tcp {
	__u8 state;
};

union nf_conntrack_proto {
	struct ip_ct_tcp tcp;
};

struct nf_ct_ext {
	__u8 offset[1];
};

struct nf_conn_nat {
	int masq_index;
};

enum nf_ct_ext_id {
	NF_CT_EXT_NAT = 1,
};

struct nf_conn {
	struct nf_conntrack_zone zone;
	struct nf_conntrack_tuple_hash tuplehash[2];
	unsigned long status;
	possible_net_t ct_net;
	struct nf_ct_ext *ext;
	union nf_conntrack_proto proto;
};

#pragma clang attribute pop

/* include/linux/skbuff.h: the low bits of _nfct say how the packet relates to its entry. */
#define NFCT_INFOMASK 7UL
#define IP_CT_IS_REPLY 3

/* Bits of an entry's address that name it: all that differ between kernel addresses. */
#define ENTRY_MASK ((1ULL << 53) - 1)

/* include/uapi/linux/netfilter/nf_conntrack_common.h */
#define IPS_SEEN_REPLY (1 << 1)
#define IPS_SRC_NAT (1 << 4)
#define IPS_DST_NAT (1 << 5)
#define IPS_DYING (1 << 9)

/* include/uapi/linux/netfilter/nf_conntrack_tcp.h: enum tcp_conntrack */
#define TCP_CONNTRACK_SYN_RECV 2
#define TCP_CONNTRACK_TIME_WAIT 7
#define TCP_CONNTRACK_CLOSE 8
