// SPDX-License-Identifier: Apache-2.0
/*
 * Load for bench/nat:
 *   traffic sink PORT                   takes what comes until the end of each connection, one after the other
 *   traffic close PORT                  closes each connection as soon as it is there
 *   traffic bulk ADDRESS PORT FILE      sends on one connection; the bytes so far stand in the file's first 8 bytes
 *   traffic churn ADDRESS PORT FILE     connects and waits for the close, over and over; likewise the connections
 * The last two go on until they are killed.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 17];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void serve(int port, int keep)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (void *)&name, sizeof(name)) || listen(listener, 4096))
		fail("listen");
	puts("ready");
	fflush(stdout);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		while (keep && read(fd, buffer, sizeof(buffer)) > 0)
			;
		close(fd);
	}
}

static int dial(const char *address, int port)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, address, &name.sin_addr);
	if (connect(fd, (void *)&name, sizeof(name)))
		fail("connect");
	return fd;
}

static volatile uint64_t *counter_in(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	void *memory;

	if (fd < 0 || ftruncate(fd, 8))
		fail(path);
	memory = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		fail("mmap");
	return memory;
}

int main(int argc, char **argv)
{
	volatile uint64_t *total;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 3)
		serve(atoi(argv[2]), !strcmp(argv[1], "sink"));
	if (argc != 5)
		return 2;
	total = counter_in(argv[4]);
	puts("ready");
	fflush(stdout);
	if (!strcmp(argv[1], "bulk")) {
		int fd = dial(argv[2], atoi(argv[3]));

		for (;;) {
			ssize_t sent = write(fd, buffer, sizeof(buffer));

			if (sent < 0)
				fail("write");
			*total += sent;
		}
	}
	for (;;) {
		int fd = dial(argv[2], atoi(argv[3]));

		if (read(fd, buffer, 1) != 0)
			fail("read");
		close(fd);
		*total += 1;
	}
}
