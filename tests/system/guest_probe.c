/* SPDX-License-Identifier: MIT */
/*
 * A job for the microVM's own tests. Linked statically, so that it runs in a
 * guest whatever libraries the image holds. Its first argument says what it
 * does; see vm_boot_test.cpp for why.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		perror(path);
		return 1;
	}
	return close(fd);
}

/* Both streams, arguments, environment, a file read and two written, a limit. */
static int report(char **argv)
{
	char text[64] = "";
	struct rlimit files;
	FILE *given = fopen("/work/given/file", "r");

	if (!given || !fgets(text, sizeof(text), given) || getrlimit(RLIMIT_NOFILE, &files))
		return 1;
	printf("argument %s, environment %s, file %s, directory %s, files %lu\n", argv[2],
	       getenv("COLOUR"), text, get_current_dir_name(), (unsigned long)files.rlim_cur);
	fprintf(stderr, "and this is stderr\n");
	mkdir("/work/out", 0755);
	mkdir("/work/out/deep", 0755);
	return put("/work/out/deep/note", "kept\n") || put("/work/lost", "not collected\n") ? 1 : 42;
}

/* As many bytes as asked for, none of them predictable to a compressor or a bug. */
static int flood(unsigned long count)
{
	static unsigned char block[65536];
	unsigned int state = 1;

	while (count > 0) {
		size_t part = count < sizeof(block) ? count : sizeof(block);

		for (size_t i = 0; i < part; i++) {
			state = state * 1664525 + 1013904223;
			block[i] = (unsigned char)(state >> 24);
		}
		if (fwrite(block, 1, part, stdout) != part)
			return 1;
		count -= part;
	}
	return fflush(stdout) ? 1 : 0;
}

/* Opening this socket makes the kernel ask /sbin/modprobe for nfnetlink. */
static int autoload(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);

	if (fd < 0)
		perror("socket");
	return fd < 0;
}

static int print_random_and_time(void)
{
	unsigned long long number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return 1;
	printf("%llx %lld\n", number, (long long)time(NULL));
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "report") && argc > 2)
		return report(argv);
	if (!strcmp(what, "flood") && argc > 2)
		return flood(strtoul(argv[2], NULL, 10));
	if (!strcmp(what, "autoload"))
		return autoload();
	if (!strcmp(what, "random"))
		return print_random_and_time();
	if (!strcmp(what, "panic"))
		return put("/proc/sysrq-trigger", "c");
	/* TAINT_WARN: what a WARN() leaves behind. */
	if (!strcmp(what, "warn"))
		return put("/dev/kmsg", "something is odd\n") ||
		       put("/proc/sys/kernel/tainted", "512");
	if (!strcmp(what, "sleep")) {
		printf("asleep\n");
		fflush(stdout);
		pause();
		return 0;
	}
	/* The parent ends; the child keeps the pipes open. */
	if (!strcmp(what, "leave-orphan")) {
		if (fork() == 0)
			pause();
		printf("left\n");
		return 0;
	}
	if (!strcmp(what, "die"))
		raise(SIGSEGV);
	fprintf(stderr, "guest_probe: what is '%s'?\n", what);
	return 2;
}
