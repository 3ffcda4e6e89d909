/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ends TCP connections in the ways that there are:
 *
 *   endings half     the client ends its direction, and then reads the answer to its end
 *   endings reset    the server resets the connection while the client has an answer to read
 *   endings many N   N connections, one request and answer each
 *
 * Requests and answers are 64 bytes that begin with "SONDE-". It waits for a line before it begins and before it ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char message[64] = "SONDE-", buffer[64];
static int listener, client, server;
static struct sockaddr_in name = { .sin_family = AF_INET };

static void check(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "endings: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void wait_for_line(const char *say)
{
	char line[16];

	printf("%s\n", say);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(0);
}

static void open_pair(void)
{
	client = socket(AF_INET, SOCK_STREAM, 0);
	check(connect(client, (void *)&name, sizeof(name)) == 0, "connect");
	server = accept(listener, NULL, NULL);
	check(server >= 0, "accept");
}

static void say(int from, int to)
{
	check(write(from, message, 64) == 64, "write");
	check(read(to, buffer, 64) == 64, "read");
}

int main(int argc, char **argv)
{
	socklen_t length = sizeof(name);

	if (argc < 2)
		return 2;
	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(bind(listener, (void *)&name, sizeof(name)) == 0 && listen(listener, 8) == 0, "listen");
	getsockname(listener, (void *)&name, &length);
	wait_for_line("ready");
	if (!strcmp(argv[1], "half")) {
		open_pair();
		say(client, server);
		shutdown(client, SHUT_WR);
		check(read(server, buffer, 64) == 0, "end of requests");
		check(write(server, message, 64) == 64, "answer");
		close(server);
		/* The connection is in TIME_WAIT by now, with an answer that nobody has read. */
		check(read(client, buffer, 64) == 64, "answer after the end");
		check(read(client, buffer, 64) == 0, "end of answers");
		close(client);
	} else if (!strcmp(argv[1], "reset")) {
		struct linger abort = { .l_onoff = 1 };

		open_pair();
		say(client, server);
		say(server, client);
		setsockopt(server, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
		close(server);
		check(read(client, buffer, 64) == -1 && errno == ECONNRESET, "reset");
		close(client);
	} else {
		for (int i = 0; i < atoi(argv[2]); i++) {
			open_pair();
			say(client, server);
			say(server, client);
			close(client);
			close(server);
		}
	}
	wait_for_line("done");
	return 0;
}
