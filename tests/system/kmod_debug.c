// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_debug.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_sockets.h"

#define DEBUGFS "/sys/kernel/debug"

static bool is_debug_kernel(void)
{
	struct utsname name;

	uname(&name);
	return strstr(name.release, "-tcp-lookup-debug") != NULL;
}

static bool mount_debugfs(void)
{
	return mount("debugfs", DEBUGFS, "debugfs", 0, NULL) == 0 || errno == EBUSY;
}

/* Whether a line of the file begins with the text, or with "address type " and then the text. */
static bool file_has(const char *path, const char *text, bool symbols)
{
	FILE *file = fopen(path, "r");
	char line[512], name[128];
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		if (!symbols)
			found = strstr(line, text) != NULL;
		else
			found = sscanf(line, "%*s %*s %127s", name) == 1 && !strcmp(name, text);
	}
	fclose(file);
	return found;
}

void debug_checks(void)
{
	/* One function of each check, that is compiled in only with it. */
	static const struct { const char *check, *function; } checks[] = {
		{"KASAN", "kasan_report"}, {"KASAN of vmalloc()", "kasan_populate_vmalloc"},
		{"lockdep", "__lock_acquire"}, {"PROVE_RCU", "lockdep_rcu_suspicious"},
		{"DEBUG_ATOMIC_SLEEP", "__might_resched"}, {"kmemleak", "kmemleak_scan"},
		{"debug objects", "debug_object_activate"}, {"UBSAN", "__ubsan_handle_out_of_bounds"},
		{"reference trackers", "ref_tracker_alloc"}, {"failslab", "should_failslab"},
		{"list debugging", "__list_add_valid_or_report"},
	};
	char what[100];

	if (!is_debug_kernel()) {
		printf("# not observed: this is no debug kernel\n");
		return;
	}
	must(mount_debugfs(), DEBUGFS);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		snprintf(what, sizeof(what), "this kernel has %s", checks[i].check);
		check(file_has("/proc/kallsyms", checks[i].function, true), what);
	}
	check(file_has("/proc/lockdep_stats", "debug_locks:                             1", false) ||
	      file_has("/proc/lockdep_stats", "debug_locks:                   1", false),
	      "lockdep has not given up");
	check(access(DEBUGFS "/kmemleak", W_OK) == 0, "kmemleak can be asked");
}

void provoke(const char *mistake)
{
	int fd;

	must(mount_debugfs(), DEBUGFS);
	fd = open(DEBUGFS "/provoke-crash/DIRECT", O_WRONLY | O_CLOEXEC);
	must(fd >= 0, DEBUGFS "/provoke-crash/DIRECT");
	check(write(fd, mistake, strlen(mistake)) == (ssize_t)strlen(mistake), mistake);
	close(fd);
}
