// SPDX-License-Identifier: MIT
//
// Grades own_view.ko in a guest: loads it, and compares /proc/net/own_view with the lab's own view
// of the established hash: with 150 connections at rest, in another namespace, and while others come
// and go. Five points. The exit status is 0 if all are given.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULE "/lab/own/own_view.ko"
#define OURS "/proc/net/tcp_lookup/ehash"
#define OWN "/proc/net/own_view"

enum { LASTING = 150, READINGS = 40, MOST = 4096 };

struct entry {
	unsigned int bucket;
	unsigned long long cookie;
};
struct table {
	struct entry entry[MOST];
	int count;
};

static void stop(const char *what)
{
	printf("check: %s: %s\n", what, strerror(errno));
	exit(3);
}

/* --- the two views --- */

static FILE *opened(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		stop(path);
	return file;
}

static int by_both(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;

	if (a->bucket != b->bucket)
		return a->bucket < b->bucket ? -1 : 1;
	return a->cookie < b->cookie ? -1 : a->cookie > b->cookie;
}

static void put(struct table *table, unsigned int bucket, unsigned long long cookie)
{
	if (table->count == MOST)
		stop("too many rows");
	table->entry[table->count++] = (struct entry){bucket, cookie};
}

static void read_own(struct table *table)
{
	FILE *file = opened(OWN);
	unsigned int bucket;
	unsigned long long cookie;

	table->count = 0;
	while (fscanf(file, "%u %llu", &bucket, &cookie) == 2)
		put(table, bucket, cookie);
	fclose(file);
	qsort(table->entry, (size_t)table->count, sizeof(table->entry[0]), by_both);
}

/* Its first line names the columns; "bucket" and "cookie" are the first and the last. */
static void read_ours(struct table *table)
{
	FILE *file = opened(OURS);
	char line[512];

	table->count = 0;
	if (!fgets(line, sizeof(line), file))
		stop(OURS);
	while (fgets(line, sizeof(line), file)) {
		const char *last = strrchr(line, ' ');

		if (last)
			put(table, (unsigned int)strtoul(line, NULL, 10), strtoull(last, NULL, 10));
	}
	fclose(file);
	qsort(table->entry, (size_t)table->count, sizeof(table->entry[0]), by_both);
}

static bool same(const struct table *one, const struct table *other)
{
	return one->count == other->count &&
	       memcmp(one->entry, other->entry, (size_t)one->count * sizeof(one->entry[0])) == 0;
}

static int times_in(const struct table *table, struct entry wanted)
{
	int times = 0;

	for (int i = 0; i < table->count; i++)
		times += table->entry[i].cookie == wanted.cookie &&
			 table->entry[i].bucket == wanted.bucket;
	return times;
}

/* --- connections --- */

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((unsigned short)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int listener(int port)
{
	const struct sockaddr_in here = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(fd, (const struct sockaddr *)&here, sizeof(here)) || listen(fd, LASTING))
		stop("listen");
	return fd;
}

/* No TIME-WAIT is left when it is closed. */
static void connection(int server, int port, int ends[2])
{
	const struct sockaddr_in there = loopback(port);
	const struct linger reset = {.l_onoff = 1};

	ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ends[0] < 0 || setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) ||
	    connect(ends[0], (const struct sockaddr *)&there, sizeof(there)))
		stop("connect");
	ends[1] = accept(server, NULL, NULL);
	if (ends[1] < 0)
		stop("accept");
}

static pid_t churn(int port)
{
	enum { CROWD = 40 };
	pid_t child = fork();
	int server, ends[CROWD][2];

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	server = listener(port);
	for (;;) {
		for (int i = 0; i < CROWD; i++)
			connection(server, port, ends[i]);
		for (int i = 0; i < CROWD; i++) {
			close(ends[i][0]);
			close(ends[i][1]);
		}
	}
}

/* --- the points --- */

static int points;

static bool give(bool point, const char *format, ...)
{
	va_list words;

	points += point;
	printf("%s ", point ? "+1" : " 0");
	va_start(words, format);
	vprintf(format, words);
	va_end(words);
	printf("\n");
	fflush(stdout);
	return point;
}

static void load(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		stop(MODULE);
	if (syscall(SYS_finit_module, fd, "", 0))
		stop("the module cannot be loaded");
	close(fd);
}

static struct table own, ours;

/* Both are read until ours is the same before and after. */
static void read_both(void)
{
	static struct table before;

	do {
		read_ours(&before);
		read_own(&own);
		read_ours(&ours);
	} while (!same(&before, &ours));
}

/* The kernel's messages from here on. */
static int kernel_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static bool complained(int log)
{
	static char record[8192];
	bool found = false;
	ssize_t length;

	while ((length = read(log, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (length <= 0) {
			errno = 0;	/* some were overwritten before we read them */
			continue;
		}
		record[length] = 0;
		if (strstr(record, "BUG:") || strstr(record, "WARNING:") || strstr(record, "rcu_")) {
			printf("%s", record);
			found = true;
		}
	}
	return found;
}

/* The next namespace has a table of its own with long chains, in which a walk has more to lose. */
static void ask_for_few_buckets(void)
{
	int fd = open("/proc/sys/net/ipv4/tcp_child_ehash_entries", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "16", 2) != 2)
		stop("tcp_child_ehash_entries");
	close(fd);
}

static void enter_namespace(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	if (unshare(CLONE_NEWNET))
		stop("a network namespace");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo))
		stop("lo");
	close(fd);
}

/* In a namespace with 16 buckets. */
static void under_churn(void)
{
	static struct table lasting;
	static int ends[LASTING][2];
	int missing = 0, twice = 0, begun = 0, server;
	pid_t child[2];

	ask_for_few_buckets();
	enter_namespace();
	server = listener(9000);
	for (int i = 0; i < LASTING; i++)
		connection(server, 9000, ends[i]);
	read_ours(&lasting);
	for (int i = 0; i < 2; i++)
		child[i] = churn(9001 + i);
	for (int reading = 0; reading < READINGS; reading++) {
		read_own(&own);
		for (int i = 0; i < lasting.count; i++) {
			int times = times_in(&own, lasting.entry[i]);

			missing += times == 0;
			twice += times > 1;
		}
		read_ours(&ours);
		begun += ours.count > lasting.count;
	}
	for (int i = 0; i < 2; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
	if (!begun)
		stop("the connections did not come and go");
	give(missing == 0, "in %d readings while others come and go, %d lasting sockets are missing",
	     READINGS, missing);
	give(missing == 0 && twice == 0, "and %d are there twice", twice);
}

/* In a namespace of its own, with two connections: are they all that the view shows? */
static bool sees_its_own_only(void)
{
	int status, ends[2][2], server;
	pid_t child = fork();

	if (child) {
		waitpid(child, &status, 0);
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	enter_namespace();
	server = listener(9000);
	for (int i = 0; i < 2; i++)
		connection(server, 9000, ends[i]);
	read_both();
	exit(same(&own, &ours) && own.count == 4 ? 0 : 1);
}

int main(void)
{
	static int ends[LASTING][2];
	int server, log;

	setvbuf(stdout, NULL, _IOLBF, 0);
	load();
	enter_namespace();
	log = kernel_log();
	server = listener(9000);
	for (int i = 0; i < LASTING; i++)
		connection(server, 9000, ends[i]);

	read_both();
	give(same(&own, &ours), "%d of %d sockets, in the same buckets", own.count, ours.count);
	give(points == 1 && sees_its_own_only(), "another namespace sees its own sockets only");
	under_churn();
	give(points == 4 && log >= 0 && !complained(log), "the kernel has complained of nothing");
	printf("%d of 5 points\n", points);
	return points == 5 ? 0 : 1;
}
