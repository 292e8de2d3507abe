// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_rights.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_sockets.h"
#include "tcp_lookup/contract.h"

/* --- processes of all kinds ------------------------------------------------------- */

static void as_root(void)
{
}

static void without_admin(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];

	must(syscall(SYS_capget, &header, sets) == 0, "capget");
	sets[0].effective &= ~(1u << CAP_NET_ADMIN);
	must(syscall(SYS_capset, &header, sets) == 0, "capset");
}

static void as_nobody(void)
{
	must(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
}

/* Another user with that one capability. */
static void as_admin_alone(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {
		{.effective = 1u << CAP_NET_ADMIN, .permitted = 1u << CAP_NET_ADMIN},
	};

	must(setresgid(65534, 65534, 65534) == 0, "setresgid");
	must(syscall(SYS_prctl, 8 /* PR_SET_KEEPCAPS */, 1, 0, 0, 0) == 0, "PR_SET_KEEPCAPS");
	must(setresuid(65534, 65534, 65534) == 0, "setresuid");
	must(syscall(SYS_capset, &header, sets) == 0, "capset");
}

/* All capabilities, but not in the user namespace that owns the network namespace. */
static void as_user_namespace_root(void)
{
	as_nobody();
	must(unshare(CLONE_NEWUSER) == 0, "unshare(CLONE_NEWUSER)");
}

static void as_root_of_own_namespaces(void)
{
	as_nobody();
	must(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0, "unshare(CLONE_NEWUSER | CLONE_NEWNET)");
}

static void in_another_namespace(void)
{
	must(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
}

/* --- what they may ------------------------------------------------------------------ */

static const char *const names[] = {
	TCP_LOOKUP_VIEW_INFO, TCP_LOOKUP_VIEW_LISTENERS, TCP_LOOKUP_VIEW_BOUND,
	TCP_LOOKUP_VIEW_EHASH, TCP_LOOKUP_VIEW_LOOKUP, TCP_LOOKUP_VIEW_TRACE,
};
enum { VIEWS = sizeof(names) / sizeof(names[0]), LOOKUP_VIEW = 4, TRACE_VIEW = 5 };

/* The errno of open(), 0: it may. The tables are everybody's, as /proc/net/tcp is. */
struct process {
	const char *what;
	void (*become)(void);
	bool elsewhere;		/* opens the views of its parent's network namespace */
	int tables, lookup, trace;
	int written;		/* opens a table for writing */
};

static const struct process processes[] = {
	{"root", as_root, false, 0, 0, 0, 0},
	{"root without CAP_NET_ADMIN", without_admin, false, 0, EPERM, EPERM, 0},
	{"another user", as_nobody, false, 0, EPERM, EPERM, EACCES},
	{"another user with CAP_NET_ADMIN", as_admin_alone, false, 0, 0, 0, EACCES},
	{"a user namespace's root", as_user_namespace_root, false, 0, EPERM, EPERM, EACCES},
	{"a user namespace's root, its own network namespace", as_root_of_own_namespaces, false,
	 0, 0, 0, EACCES},
	{"a user namespace's root, its parent's views", as_root_of_own_namespaces, true,
	 0, EPERM, EPERM, EACCES},
	{"another network namespace's root", in_another_namespace, false, 0, 0, 0, 0},
	{"another network namespace's root, its parent's views", in_another_namespace, true,
	 0, 0, 0, 0},
};

static int open_of(const struct process *process, pid_t parent, const char *name, int flags)
{
	char path[96];

	if (process->elsewhere)
		snprintf(path, sizeof(path), "/proc/%d/net/tcp_lookup/%s", parent, name);
	else
		snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", name);
	errno = 0;
	return open(path, flags | O_CLOEXEC | O_NONBLOCK);
}

static void check_cell(const struct process *process, const char *name, const char *what,
		       bool held)
{
	char text[160];

	snprintf(text, sizeof(text), "rights: %s: %s: %s", process->what, name, what);
	if (!check(held, text))
		printf("# %s\n", strerror(errno));
}

static bool can_read(int fd)
{
	char text[64];

	return read(fd, text, sizeof(text)) > 0;
}

static void check_view(const struct process *process, pid_t parent, int view)
{
	static const char tuple[] = "127.0.0.1:1 127.0.0.1:1";
	int expected = view == LOOKUP_VIEW ? process->lookup :
		       view == TRACE_VIEW ? process->trace : process->tables;
	int to_write = view == LOOKUP_VIEW ? process->lookup :
		       process->written ? process->written : expected;
	int fd = open_of(process, parent, names[view], O_RDONLY);

	check_cell(process, names[view], expected ? strerror(expected) : "is read",
		   expected ? fd < 0 && errno == expected : fd >= 0 && can_read(fd));
	if (fd >= 0)
		close(fd);

	fd = open_of(process, parent, names[view], O_RDWR);
	check_cell(process, names[view], to_write ? "not opened to write" : "opened to write",
		   to_write ? fd < 0 && errno == to_write : fd >= 0);
	if (fd < 0)
		return;
	if (view == LOOKUP_VIEW)
		check_cell(process, names[view], "is asked",
			   write(fd, tuple, sizeof(tuple) - 1) == sizeof(tuple) - 1);
	else
		check_cell(process, names[view], "writes fail",
			   write(fd, tuple, sizeof(tuple) - 1) == -1);
	close(fd);
}

/* As a child, which cannot become what it was. */
static void in_child(void (*what)(const struct process *, pid_t), const struct process *process)
{
	pid_t parent = getpid(), child;

	fflush(stdout);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		process->become();
		what(process, parent);
		exit(0);
	}
	if (!child_passed(child))
		check_cell(process, "all", "could be tried", false);
}

static void check_views(const struct process *process, pid_t parent)
{
	for (int view = 0; view < VIEWS; view++)
		check_view(process, parent, view);
}

void rights(void)
{
	for (size_t i = 0; i < sizeof(processes) / sizeof(processes[0]); i++)
		in_child(check_views, &processes[i]);
}
