/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Talks to itself over a pair of sockets, by the system calls that it is told:
 *
 *   traffic tcp4|tcp6|udp4|udp6|udp4c|unix SEND RECEIVE SIZE COUNT [ROUNDS-BEFORE]
 *
 * Byte p of either direction is PATTERN[p % 64]. It waits for a line on standard input before it begins, once more after
 * ROUNDS-BEFORE rounds if that is given, and before it ends; it writes a line when it has come to each of these places.
 */
#define _GNU_SOURCE
#include "uring.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static const char PATTERN[] = "SONDE-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRST";
#define MESSAGES 4

struct end {
	int fd;
	size_t sent, received;
	/* Where datagrams go; empty for connected sockets. */
	struct sockaddr_storage peer;
	socklen_t peer_length;
};

static int is_datagram, scratch_file = -1, pipes[2];
static size_t whole;
static char *sending, *receiving;

static void fail(const char *what)
{
	fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void fill(size_t position, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sending[i] = PATTERN[(position + i) % 64];
}

/* Splits a buffer into three pieces, the second of them empty. */
static void split(struct iovec *piece, char *buffer, size_t length)
{
	size_t first = length / 3;

	piece[0] = (struct iovec){ buffer, first };
	piece[1] = (struct iovec){ buffer, 0 };
	piece[2] = (struct iovec){ buffer + first, length - first };
}

static ssize_t send_batch(struct end *end, size_t length, size_t each)
{
	struct mmsghdr message[MESSAGES] = {};
	struct iovec piece[MESSAGES];
	ssize_t total = 0;
	int sent;

	for (int i = 0; i < MESSAGES; i++) {
		piece[i] = (struct iovec){ sending + i * each, i == MESSAGES - 1 ? length - i * each : each };
		message[i].msg_hdr.msg_iov = &piece[i];
		message[i].msg_hdr.msg_iovlen = 1;
		message[i].msg_hdr.msg_name = end->peer_length ? &end->peer : NULL;
		message[i].msg_hdr.msg_namelen = end->peer_length;
	}
	sent = sendmmsg(end->fd, message, MESSAGES, 0);
	for (int i = 0; i < sent; i++)
		total += message[i].msg_len;
	return sent < 0 ? -1 : total;
}

static ssize_t receive_batch(struct end *end, size_t length, size_t each)
{
	struct sockaddr_storage from[MESSAGES];
	struct mmsghdr message[MESSAGES] = {};
	struct iovec piece[MESSAGES];
	ssize_t total = 0;
	int received;

	for (int i = 0; i < MESSAGES; i++) {
		piece[i] = (struct iovec){ receiving + i * each, i == MESSAGES - 1 ? length - i * each : each };
		message[i].msg_hdr.msg_iov = &piece[i];
		message[i].msg_hdr.msg_iovlen = 1;
		message[i].msg_hdr.msg_name = &from[i];
		message[i].msg_hdr.msg_namelen = sizeof(from[i]);
	}
	received = recvmmsg(end->fd, message, MESSAGES, MSG_WAITFORONE, NULL);
	for (int i = 0; i < received; i++)
		total += message[i].msg_len;
	return received < 0 ? -1 : total;
}

static ssize_t send_by(const char *call, struct end *end, size_t length)
{
	struct sockaddr *name = end->peer_length ? (void *)&end->peer : NULL;
	struct iovec piece[3];
	struct msghdr message = { .msg_name = name, .msg_namelen = end->peer_length, .msg_iov = piece, .msg_iovlen = 3 };

	split(piece, sending, length);
	if (!strcmp(call, "write"))
		return write(end->fd, sending, length);
	if (!strcmp(call, "writev"))
		return writev(end->fd, piece, 3);
	if (!strcmp(call, "pwritev2"))
		return pwritev2(end->fd, piece, 3, -1, 0);
	if (!strcmp(call, "send"))
		return send(end->fd, sending, length, 0);
	if (!strcmp(call, "sendto"))
		return sendto(end->fd, sending, length, 0, name, end->peer_length);
	if (!strcmp(call, "sendmsg"))
		return sendmsg(end->fd, &message, 0);
	if (!strcmp(call, "sendmmsg"))
		return send_batch(end, length, length / MESSAGES);
	if (!strcmp(call, "uring"))
		return uring_run(IORING_OP_SEND, end->fd, sending, length);
	if (pwrite(scratch_file, sending, length, 0) != (ssize_t)length)
		fail("pwrite");
	if (!strcmp(call, "sendfile")) {
		off_t offset = 0;

		return sendfile(end->fd, scratch_file, &offset, length);
	}
	if (!strcmp(call, "splice")) {
		loff_t offset = 0;

		if (splice(scratch_file, &offset, pipes[1], NULL, length, 0) != (ssize_t)length)
			fail("splice from file");
		return splice(pipes[0], NULL, end->fd, NULL, length, 0);
	}
	errno = ENOSYS;
	return -1;
}

static ssize_t receive_by(const char *call, struct end *end, size_t length)
{
	struct sockaddr_storage from;
	socklen_t from_length = sizeof(from);
	struct iovec piece[3];
	struct msghdr message = { .msg_name = &from, .msg_namelen = from_length, .msg_iov = piece, .msg_iovlen = 3 };

	split(piece, receiving, length);
	if (!strcmp(call, "read"))
		return read(end->fd, receiving, length);
	if (!strcmp(call, "readv"))
		return readv(end->fd, piece, 3);
	if (!strcmp(call, "preadv2"))
		return preadv2(end->fd, piece, 3, -1, 0);
	if (!strcmp(call, "recv"))
		return recv(end->fd, receiving, length, 0);
	if (!strcmp(call, "recvfrom"))
		return recvfrom(end->fd, receiving, length, 0, (void *)&from, &from_length);
	if (!strcmp(call, "recvmsg"))
		return recvmsg(end->fd, &message, 0);
	if (!strcmp(call, "recvmmsg"))
		return receive_batch(end, is_datagram ? whole : length, (is_datagram ? whole : length) / MESSAGES);
	if (!strcmp(call, "uring"))
		return uring_run(IORING_OP_RECV, end->fd, receiving, length);
	if (!strcmp(call, "peek")) {
		if (recvfrom(end->fd, receiving, length / 2, MSG_PEEK, (void *)&from, &from_length) < 0)
			return -1;
		from_length = sizeof(from);
		return recvfrom(end->fd, receiving, length, 0, (void *)&from, &from_length);
	}
	/* A header of four bytes, apart from what follows it. */
	if (!strcmp(call, "split"))
		return read(end->fd, receiving, length == whole ? 4 : length);
	if (!strcmp(call, "trunc"))
		return recv(end->fd, receiving, length, MSG_TRUNC);
	if (!strcmp(call, "splice")) {
		ssize_t moved = splice(end->fd, NULL, pipes[1], NULL, length, 0);

		return moved < 0 || read(pipes[0], receiving, moved) != moved ? -1 : moved;
	}
	errno = ENOSYS;
	return -1;
}

static void transfer(struct end *from, struct end *to, const char *by, const char *into, size_t size)
{
	size_t arrived = 0;

	fill(from->sent, size);
	if (send_by(by, from, size) != (ssize_t)size)
		fail(by);
	from->sent += size;
	while (arrived < size) {
		ssize_t received = receive_by(into, to, size - arrived);

		if (received <= 0)
			fail(into);
		arrived += received;
	}
	to->received += size;
}

static void wait_for_line(const char *say)
{
	char line[16];

	printf("%s\n", say);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(0);
}

static socklen_t loopback(struct sockaddr_storage *name, int family)
{
	struct sockaddr_in *four = (void *)name;
	struct sockaddr_in6 *six = (void *)name;

	memset(name, 0, sizeof(*name));
	name->ss_family = family;
	if (family == AF_INET) {
		four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*four);
	}
	six->sin6_addr = in6addr_loopback;
	return sizeof(*six);
}

static void open_unix(struct end *client, struct end *server)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "/tmp/sonde-traffic-%d", getpid());
	if (bind(listener, (void *)&name, sizeof(name)) || listen(listener, 1))
		fail("listen");
	client->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(client->fd, (void *)&name, sizeof(name)))
		fail("connect");
	server->fd = accept(listener, NULL, NULL);
	unlink(name.sun_path);
	close(listener);
}

static void open_tcp(struct end *client, struct end *server, int family)
{
	struct sockaddr_storage name;
	socklen_t length = loopback(&name, family);
	int listener = socket(family, SOCK_STREAM, 0), on = 1;

	if (bind(listener, (void *)&name, length) || listen(listener, 1) || getsockname(listener, (void *)&name, &length))
		fail("listen");
	client->fd = socket(family, SOCK_STREAM, 0);
	if (connect(client->fd, (void *)&name, length))
		fail("connect");
	server->fd = accept(listener, NULL, NULL);
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(server->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	close(listener);
}

static void open_udp(struct end *client, struct end *server, int family, int connected)
{
	is_datagram = 1;
	client->fd = socket(family, SOCK_DGRAM, 0);
	server->fd = socket(family, SOCK_DGRAM, 0);
	client->peer_length = loopback(&client->peer, family);
	server->peer_length = loopback(&server->peer, family);
	if (bind(client->fd, (void *)&client->peer, client->peer_length) ||
	    bind(server->fd, (void *)&server->peer, server->peer_length))
		fail("bind");
	getsockname(server->fd, (void *)&client->peer, &client->peer_length);
	getsockname(client->fd, (void *)&server->peer, &server->peer_length);
	if (connected) {
		if (connect(client->fd, (void *)&client->peer, client->peer_length) ||
		    connect(server->fd, (void *)&server->peer, server->peer_length))
			fail("connect");
		client->peer_length = server->peer_length = 0;
	}
}

int main(int argc, char **argv)
{
	struct end client = {}, server = {};
	size_t size;
	int count, before;

	if (argc < 6)
		return 2;
	size = whole = atol(argv[4]);
	count = atoi(argv[5]);
	before = argc > 6 ? atoi(argv[6]) : 0;
	sending = malloc(size + 64);
	receiving = malloc(size + 64);
	scratch_file = memfd_create("traffic", 0);
	if (pipe(pipes) || scratch_file < 0)
		fail("pipe");
	fcntl(pipes[1], F_SETPIPE_SZ, 1 << 20);
	if ((!strcmp(argv[2], "uring") || !strcmp(argv[3], "uring")) && uring_setup()) {
		printf("no io_uring\n");
		return 0;
	}
	wait_for_line("ready");
	if (!strncmp(argv[1], "tcp", 3))
		open_tcp(&client, &server, argv[1][3] == '6' ? AF_INET6 : AF_INET);
	else if (!strncmp(argv[1], "udp", 3))
		open_udp(&client, &server, argv[1][3] == '6' ? AF_INET6 : AF_INET, argv[1][4] == 'c');
	else
		open_unix(&client, &server);
	for (int i = 0; i < before + count; i++) {
		if (before && i == before)
			wait_for_line("half");
		transfer(&client, &server, argv[2], argv[3], size);
		transfer(&server, &client, argv[2], argv[3], size);
	}
	wait_for_line("done");
	close(client.fd);
	close(server.fd);
	return 0;
}
