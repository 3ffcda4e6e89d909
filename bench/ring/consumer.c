/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libbpf's own consumer, as the yardstick: for each line on stdin it drains the ring whose descriptor is 3, and prints
 * how many records it saw, their checksum, and the nanoseconds that it took.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdint.h>
#include <time.h>

static uint64_t checksum;

static int on_record(void *context, void *data, size_t size)
{
	(void)context;
	checksum += *(uint64_t *)data + size;
	return 0;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

int main(void)
{
	struct ring_buffer *ring = ring_buffer__new(3, on_record, NULL, NULL);
	char line[16];

	if (!ring)
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		uint64_t start = now();
		int records;

		checksum = 0;
		/* ring_buffer__poll() is this behind an epoll_wait(), which silent submits don't end. */
		records = ring_buffer__consume(ring);
		printf("%d %llu %llu\n", records, (unsigned long long)checksum, (unsigned long long)(now() - start));
		fflush(stdout);
	}
	ring_buffer__free(ring);
	return 0;
}
