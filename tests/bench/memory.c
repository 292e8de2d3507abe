// SPDX-License-Identifier: MIT
/*
 * The memory that a reader of the tables needs, the kernel's included: memory SOCKETS. For
 * module.sh; needs cgroup2 at /cgroup, and memory.peak (Linux 5.19).
 *
 * Prints a line for each dump: its name, and by how many KB the peak of a process that
 * makes it exceeds that of a process that does nothing. The kernel charges a process
 * 256 KB at a time: what is less than that is 0.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tables.h"

static unsigned long nothing(void)
{
	return 0;
}

static const struct {
	const char *name;
	unsigned long (*dump)(void);
} readers[] = {
	{"nothing", nothing}, {"/proc/net/tcp", proc_net_tcp}, {"sock_diag", sock_diag},
	{"ehash", ehash}, {"bound", bound},
};

/* Of the cgroup of one child, which makes a dump. */
static long peak(int reader)
{
	char path[64], number[32] = "";
	const int group = reader;
	pid_t child;
	int status, fd;

	snprintf(path, sizeof(path), "/cgroup/%d", group);
	must(mkdir(path, 0755) == 0, path);
	child = fork();
	if (child == 0) {
		snprintf(path, sizeof(path), "/cgroup/%d/cgroup.procs", group);
		fd = open(path, O_WRONLY);
		must(fd >= 0 && write(fd, "0", 1) == 1, path);
		readers[reader].dump();
		_exit(0);
	}
	must(waitpid(child, &status, 0) == child && status == 0, "a dump");
	snprintf(path, sizeof(path), "/cgroup/%d/memory.peak", group);
	fd = open(path, O_RDONLY);
	must(fd >= 0 && read(fd, number, sizeof(number) - 1) > 0, path);
	close(fd);
	snprintf(path, sizeof(path), "/cgroup/%d", group);
	must(rmdir(path) == 0, path);
	return atol(number) / 1024;
}

int main(int argc, char **argv)
{
	long least;

	fill_table(argc > 1 ? (unsigned int)atoi(argv[1]) : 1000);
	least = peak(0);
	for (int i = 1; i < (int)(sizeof(readers) / sizeof(readers[0])); i++)
		printf("%s %ld\n", readers[i].name, peak(i) - least);
	return 0;
}
