// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The other end of a datagram. */
#pragma once

#include <sonde/event.h>
#include <sonde/kernel.h>

/* struct sockaddr_in and sockaddr_in6, as programs give and get them. */
struct user_address {
	__u16 family;
	__be16 port;
	__u32 ipv4_or_flow;
	__u8 ipv6[16];
};

static __always_inline bool read_peer(__u64 address, struct peer *peer)
{
	struct user_address name = {};

	if (!address || bpf_probe_read_user(&name, 16, (void *)address))
		return false;
	peer->family = name.family;
	peer->port = bpf_ntohs(name.port);
	if (name.family == AF_INET) {
		*(__u32 *)peer->address = name.ipv4_or_flow;
		return true;
	}
	if (name.family != AF_INET6 || bpf_probe_read_user(&name, 24, (void *)address))
		return false;
	__builtin_memcpy(peer->address, name.ipv6, sizeof(peer->address));
	return true;
}
