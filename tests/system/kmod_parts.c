// SPDX-License-Identifier: MIT
#include "kmod_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_sockets.h"
#include "tcp_lookup/contract.h"

enum {
	PORT = 80,
	PART = 16384,	/* TL_BIND_WALK_ROWS of kmod/bind_walk.h */
	SOCKETS = PART + 1000,
	ROW = 256,	/* no row of these sockets is longer */
};

static int sockets[SOCKETS];

/* Each on an address of its own. The bind tables have the last one first. */
static void bind_all(void)
{
	const struct rlimit many = {.rlim_cur = SOCKETS + 100, .rlim_max = SOCKETS + 100};
	char text[16];

	must(setrlimit(RLIMIT_NOFILE, &many) == 0, "setrlimit");
	for (int i = 0; i < SOCKETS; i++) {
		snprintf(text, sizeof(text), "127.1.%d.%d", i >> 8, i & 255);
		sockets[i] = bound_socket(text, PORT);
	}
}

/* From this rank in the order of the table on. */
static void close_ranks(int from, int count)
{
	for (int rank = from; rank < from + count; rank++) {
		close(sockets[SOCKETS - 1 - rank]);
		sockets[SOCKETS - 1 - rank] = -1;
	}
}

static int open_bound(void)
{
	int fd = open("/proc/thread-self/net/tcp_lookup/" TCP_LOOKUP_VIEW_BOUND, O_RDONLY | O_CLOEXEC);

	must(fd >= 0, "bound");
	return fd;
}

/* How many sockets that are still open are not in the text exactly once. */
static int count_wrong(const char *text)
{
	static int seen[SOCKETS];
	unsigned int high, low;
	int wrong = 0;

	memset(seen, 0, sizeof(seen));
	for (const char *at = text; (at = strstr(at, " 127.1.")); at++) {
		must(sscanf(at, " 127.1.%u.%u", &high, &low) == 2, "an address");
		must(high * 256 + low < SOCKETS, "an address of ours");
		seen[high * 256 + low]++;
	}
	for (int i = 0; i < SOCKETS; i++)
		wrong += sockets[i] < 0 ? seen[i] > 1 : seen[i] != 1;
	return wrong;
}

/* Appends the rest of the file to what was read before. The last read's errno, or 0. */
static int read_rest(int fd, char *text, size_t used, size_t piece)
{
	ssize_t got;

	do {
		must(used + piece < (size_t)SOCKETS * ROW, "room");
		got = read(fd, text + used, piece);
		used += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	text[used] = '\0';
	return got < 0 ? errno : 0;
}

static char *room_for_all(void)
{
	char *text = malloc((size_t)SOCKETS * ROW);

	must(text != NULL, "malloc");
	return text;
}

void parts_of_a_port(void)
{
	char *text = room_for_all();
	ssize_t got;
	int fd;

	bind_all();
	fd = open_bound();
	check(read_rest(fd, text, 0, 65536) == 0 && count_wrong(text) == 0,
	      "bound: each socket once, read in large pieces");
	must(lseek(fd, 0, SEEK_SET) == 0, "lseek");
	check(read_rest(fd, text, 0, 1000) == 0 && count_wrong(text) == 0,
	      "bound: each socket once, read again in small pieces");
	close(fd);

	/* The first part is copied; then every second socket of it and of the next is closed. */
	fd = open_bound();
	got = read(fd, text, 100);
	must(got > 0, "read");
	for (int rank = 0; rank < SOCKETS; rank += 2)
		close_ranks(rank, 1);
	check(read_rest(fd, text, (size_t)got, 4096) == 0 && count_wrong(text) == 0,
	      "bound: each socket that stays, once, while others close between two parts");
	close(fd);
	free(text);
}

void parts_lose_their_place(void)
{
	char *text = room_for_all(), rest[100];
	ssize_t got;
	int fd;

	bind_all();
	fd = open_bound();
	got = read(fd, text, 100);
	must(got > 0, "read");
	/* Wherever the first part ends: it is made of whole pieces of 128. */
	close_ranks(PART - 600, 600);
	check(read_rest(fd, text, (size_t)got, 4096) == EBUSY,
	      "bound: EBUSY if all sockets at the end of a part are gone");
	check(read(fd, rest, sizeof(rest)) == -1 && errno == EBUSY, "bound: and again EBUSY");
	must(lseek(fd, 0, SEEK_SET) == 0, "lseek");
	check(read_rest(fd, text, 0, 65536) == 0 && count_wrong(text) == 0,
	      "bound: each socket once after a seek to the start");

	/* A file that is closed in the middle of a port. */
	must(lseek(fd, 0, SEEK_SET) == 0 && read(fd, rest, sizeof(rest)) > 0, "read");
	close(fd);
	free(text);
}
