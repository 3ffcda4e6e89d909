// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the L7 programs write to the ring, little-endian as everything else here. `npm run generate` makes
 * packages/probe-l7/src/event.gen.ts of it.
 */
#pragma once

#include <linux/types.h>

enum record_kind {
	RECORD_DATA = 1,
	RECORD_OPEN = 2,
	RECORD_CLOSE = 3,
};

enum transport {
	TRANSPORT_NONE = 0,
	TRANSPORT_TCP = 1,
	TRANSPORT_UDP = 2,
	TRANSPORT_UNIX = 3,
};

enum role {
	ROLE_UNKNOWN = 0,
	ROLE_CLIENT = 1,
	ROLE_SERVER = 2,
};

enum data_flags {
	DATA_OUTGOING = 1,
	/* `sequence` is that of the first byte. */
	DATA_SEQUENCE = 2,
	/* A struct peer stands between this header and the bytes. */
	DATA_PEER = 4,
	/* Another thread has sent bytes before these arrived, but its event is still to come. */
	DATA_OVERTAKES = 8,
};

enum close_flags {
	CLOSE_OUTGOING = 1,
	CLOSE_INCOMING = 2,
	/* The connection is gone; what had arrived before may still be read. */
	CLOSE_UNREAD = 4,
};

/* Begins every record. */
struct record {
	__u8 kind;
	/* enum data_flags or enum close_flags */
	__u8 flags;
	__u8 transport;
	/* Number of the protocol whose rule matched, 0 if none did. */
	__u8 protocol;
	__u32 tgid;
	__u64 cookie;
	/* CLOCK_MONOTONIC, nanoseconds */
	__u64 at;
};

/* One socket operation; `captured` bytes follow. */
struct data_record {
	struct record header;
	/* Of the first byte, counted for each direction since the connection was first seen. */
	__u64 position;
	/* Execution unit within the thread, or 0. */
	__u64 unit;
	__u32 tid;
	__u32 length;
	__u32 captured;
	__u32 sequence;
};

/* The other end of a datagram, on a socket that isn't connected. */
struct peer {
	__u8 address[16];
	__u16 family;
	__u16 port;
	__u32 reserved;
};

/* Comes before a connection's first data_record. */
struct open_record {
	struct record header;
	__u8 role;
	__u8 from_start;
	__u16 family;
	__u16 local_port;
	__u16 remote_port;
	__u8 local_address[16];
	__u8 remote_address[16];
	/* Of the next byte of each direction, incoming first: a first chunk that lies beyond shows a loss. */
	__u64 position[2];
	__u64 cgroup;
	__u32 netns;
	__u32 reserved;
};

#define UNIX_PATH_SIZE 108

/* For unix sockets; a path is empty where that end has none, and begins with a NUL if it is abstract. */
struct unix_open_record {
	struct open_record open;
	/* Bytes of each path. */
	__u32 local_length;
	__u32 remote_length;
	__u8 local_path[UNIX_PATH_SIZE];
	__u8 remote_path[UNIX_PATH_SIZE];
};

struct close_record {
	struct record header;
};

/* Keeps the enums in the object's BTF, from which the TypeScript is generated: compilers drop what no data refers to. */
struct event_enums {
	enum record_kind kind;
	enum transport transport;
	enum role role;
	enum data_flags data;
	enum close_flags close;
};
