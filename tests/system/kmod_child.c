// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_sockets.h"

pid_t start_child(void (*forever)(void))
{
	pid_t parent = getpid(), child;

	fflush(stdout);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)	/* killed before we asked to be told */
			exit(0);
		forever();
		exit(0);
	}
	return child;
}

void stop_child(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	must(waitpid(child, &status, 0) == child, "waitpid");
	/* One that has given up would have made the check easy. */
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
		printf("Bail out! a child has ended by itself, status %#x\n", (unsigned int)status);
		fflush(stdout);
		exit(1);
	}
}

int child_passed(pid_t child)
{
	int status;

	must(waitpid(child, &status, 0) == child, "waitpid");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void *share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(memory != MAP_FAILED, "mmap");
	return memory;
}

int load_module(void)
{
	struct utsname name;
	char path[256];
	int fd, result;

	uname(&name);
	snprintf(path, sizeof(path), "/lib/modules/%s/extra/tcp_lookup.ko", name.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0, path);
	result = (int)syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	return result;
}

int unload_module(void)
{
	return (int)syscall(SYS_delete_module, "tcp_lookup", O_NONBLOCK);
}
