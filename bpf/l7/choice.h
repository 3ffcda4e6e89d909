// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Whether a connection is observed: if its process is a target, or if it has a chosen port at either end. Excluded
 * processes and ports win. (`TargetView` of @sonde/core.)
 */
#pragma once

#include "config.h"
#include "connection.h"
#include <sonde/targets.h>

enum choice {
	CHOICE_NO = 0,
	CHOICE_YES = 1,
	/* A datagram socket that isn't connected: each datagram's peer decides, and must not be excluded ... */
	CHOICE_UNLESS_PEER_EXCLUDED = 2,
	/* ... or must be chosen, since nothing else is. */
	CHOICE_IF_PEER_CHOSEN = 3,
};

#define PORT_CHOSEN 1
#define PORT_EXCLUDED 2

/* What the lists say of a port. Global, so that the verifier walks the loop once. */
__noinline __u32 port_state(__u32 port)
{
	struct config *config = get_config();
	__u32 state = 0;

	if (!config || !port)
		return 0;
	for (__u32 i = 0; i < MAX_PORTS; i++) {
		if (i < config->port_count && config->ports[i] == port)
			state |= PORT_CHOSEN;
		if (i < config->excluded_port_count && config->excluded_ports[i] == port)
			state |= PORT_EXCLUDED;
	}
	return state;
}

static __always_inline __u8 choose(struct config *config, __u32 tgid, struct sock *sk, __u8 transport)
{
	__u8 target = target_state(tgid);
	bool chosen = config->all || target == TARGET_OBSERVED, by_peer;
	__u32 ports;

	if (target == TARGET_EXCLUDED || tgid == config->self)
		return CHOICE_NO;
	if (transport == TRANSPORT_UNIX || !(config->port_count | config->excluded_port_count))
		return chosen;
	ports = port_state(local_port(sk)) | port_state(remote_port(sk));
	by_peer = transport == TRANSPORT_UDP && !remote_port(sk);
	if (ports & PORT_EXCLUDED)
		return CHOICE_NO;
	if (chosen || (ports & PORT_CHOSEN))
		return by_peer && config->excluded_port_count ? CHOICE_UNLESS_PEER_EXCLUDED : CHOICE_YES;
	return by_peer && config->port_count ? CHOICE_IF_PEER_CHOSEN : CHOICE_NO;
}

static __always_inline bool peer_chosen(__u8 choice, __u16 port)
{
	__u32 state;

	if (choice == CHOICE_YES)
		return true;
	state = port_state(port);
	return !(state & PORT_EXCLUDED) && (choice == CHOICE_UNLESS_PEER_EXCLUDED || (state & PORT_CHOSEN));
}
