/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   threads N    N questions and answers on one connection; questions are sent by one thread, answers read by another
 *
 * The reader may have the answer before the writer has come back from its system call. Each message is 64 bytes:
 * "SONDE-" and its number. It waits for a line before it begins and before it ends.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int client, server, count;
static sem_t answered;

static void *write_questions(void *unused)
{
	char question[64] = "SONDE-";

	for (int i = 0; i < count; i++) {
		snprintf(question + 6, 16, "%08d", i);
		if (write(client, question, 64) != 64)
			exit(1);
		sem_wait(&answered);
	}
	return unused;
}

static void *read_answers(void *unused)
{
	char answer[64];

	for (int i = 0; i < count; i++) {
		if (recv(client, answer, 64, MSG_WAITALL) != 64)
			exit(1);
		sem_post(&answered);
	}
	return unused;
}

static void *serve(void *unused)
{
	char question[64];

	for (int i = 0; i < count; i++) {
		if (recv(server, question, 64, MSG_WAITALL) != 64 || write(server, question, 64) != 64)
			exit(1);
	}
	return unused;
}

static void wait_for_line(const char *say)
{
	char line[16];

	printf("%s\n", say);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in name = { .sin_family = AF_INET };
	socklen_t length = sizeof(name);
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	void *(*roles[])(void *) = { serve, read_answers, write_questions };
	pthread_t threads[3];

	if (argc < 2)
		return 2;
	count = atoi(argv[1]);
	sem_init(&answered, 0, 0);
	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (void *)&name, sizeof(name)) || listen(listener, 1))
		return 1;
	getsockname(listener, (void *)&name, &length);
	wait_for_line("ready");
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(client, (void *)&name, sizeof(name)))
		return 1;
	server = accept(listener, NULL, NULL);
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, roles[i], NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	wait_for_line("done");
	return 0;
}
