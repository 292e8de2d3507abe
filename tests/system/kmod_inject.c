// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kmod_sockets.h"

#define DEBUGFS "/sys/kernel/debug"
#define FAIL_NTH "/proc/thread-self/fail-nth"

static const char *const faults[] = {"failslab", "fail_page_alloc", "fail_usercopy"};
enum { FAULTS = sizeof(faults) / sizeof(faults[0]), ALLOCATIONS = 2 };

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
	close(fd);
}

static void set_of(const char *fault, const char *name, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), DEBUGFS "/%s/%s", fault, name);
	put(path, value);
}

bool inject_begin(void)
{
	if (mount("debugfs", DEBUGFS, "debugfs", 0, NULL) != 0 && errno != EBUSY)
		return false;
	for (int i = 0; i < FAULTS; i++) {
		char path[96];

		snprintf(path, sizeof(path), DEBUGFS "/%s/require-start", faults[i]);
		if (access(path, W_OK) != 0)
			return false;
	}
	if (access(FAIL_NTH, W_OK) != 0)
		return false;
	for (int i = 0; i < FAULTS; i++) {
		set_of(faults[i], "task-filter", "Y");
		set_of(faults[i], "probability", "0");
		set_of(faults[i], "interval", "1");
		set_of(faults[i], "times", "-1");
		set_of(faults[i], "space", "0");
		set_of(faults[i], "verbose", "0");
		set_of(faults[i], "stacktrace-depth", "32");
	}
	/* Those that may sleep as well, and single pages. */
	set_of("failslab", "ignore-gfp-wait", "N");
	set_of("fail_page_alloc", "ignore-gfp-wait", "N");
	set_of("fail_page_alloc", "ignore-gfp-highmem", "N");
	set_of("fail_page_alloc", "min-order", "0");
	put("/proc/thread-self/make-it-fail", "1");
	return true;
}

static void require(unsigned long long start, unsigned long long end)
{
	char text[24];

	for (int i = 0; i < FAULTS; i++) {
		snprintf(text, sizeof(text), "%#llx", start);
		set_of(faults[i], "require-start", text);
		snprintf(text, sizeof(text), "%#llx", end);
		set_of(faults[i], "require-end", text);
	}
}

/* One line of /proc/kallsyms: of code, of the module or of the kernel. */
struct symbol {
	unsigned long long address;
	char name[128];
	bool is_code, is_ours;
};

static bool next_symbol(FILE *file, struct symbol *symbol)
{
	char line[512], type;

	if (!fgets(line, sizeof(line), file) ||
	    sscanf(line, "%llx %c %127s", &symbol->address, &type, symbol->name) != 3)
		return false;
	symbol->is_code = strchr("tTwW", type) != NULL;
	symbol->is_ours = strstr(line, "[tcp_lookup]") != NULL;
	return true;
}

bool inject_in_module(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long first = ~0ULL, last = 0;
	struct symbol each;

	must(file != NULL, "/proc/kallsyms");
	while (next_symbol(file, &each)) {
		if (!each.is_code || !each.is_ours)
			continue;
		if (each.address < first)
			first = each.address;
		if (each.address > last)
			last = each.address;
	}
	fclose(file);
	if (!last)
		return false;
	require(first, last + 4096);
	return true;
}

bool inject_in_function(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long start = 0, end = ~0ULL;
	struct symbol each;

	must(file != NULL, "/proc/kallsyms");
	while (next_symbol(file, &each))
		if (each.is_code && !strcmp(each.name, name))
			start = each.address;
	rewind(file);
	while (start && next_symbol(file, &each))
		if (each.address > start && each.address < end)
			end = each.address;
	fclose(file);
	if (!start || end == ~0ULL)
		return false;
	require(start, end);
	return true;
}

void inject_nth(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	put(FAIL_NTH, text);
}

bool inject_has_happened(void)
{
	char text[16] = "";
	int fd = open(FAIL_NTH, O_RDONLY | O_CLOEXEC);

	must(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0, FAIL_NTH);
	close(fd);
	inject_nth(0);
	return atoi(text) == 0;
}

void inject_all(bool fail)
{
	for (int i = 0; i < ALLOCATIONS; i++)
		set_of(faults[i], "probability", fail ? "100" : "0");
}
