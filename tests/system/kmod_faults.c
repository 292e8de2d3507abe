// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_faults.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_inject.h"
#include "kmod_lasting.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"
#include "kmod_view.h"
#include "tcp_lookup/contract.h"

int faults_load_stride = 20;

enum { MOST_TEXT = 1 << 20 };

/* Reads all of it, also after errors, of which the last one stays in errno; the rows. */
static int rows_of(int fd)
{
	static char text[MOST_TEXT];
	size_t used = 0;
	int rows = 0, error = 0;
	ssize_t got;

	while ((got = read(fd, text + used, sizeof(text) - used)) != 0) {
		if (got < 0 && errno == EAGAIN)
			break;
		if (got < 0 && error)	/* only one fault was asked for, or all */
			break;
		if (got < 0)
			error = errno;
		else
			used += (size_t)got;
	}
	for (size_t i = 0; i < used; i++)
		rows += text[i] == '\n';
	errno = error;
	return rows;
}

/* --- operations: 0 or the errno of what failed; *rows: of what was read ----------------- */

static int read_view(const char *name, int *rows)
{
	char path[64];
	int fd, error;

	snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	*rows = rows_of(fd);
	error = errno;
	close(fd);
	return error;
}

static int read_info(int *rows) { return read_view(TCP_LOOKUP_VIEW_INFO, rows); }
static int read_listeners(int *rows) { return read_view(TCP_LOOKUP_VIEW_LISTENERS, rows); }
static int read_bound(int *rows) { return read_view(TCP_LOOKUP_VIEW_BOUND, rows); }
static int read_ehash(int *rows) { return read_view(TCP_LOOKUP_VIEW_EHASH, rows); }

/* The answer is longer than what is allocated at first. */
static int ask_much(const char *first_line, int *rows)
{
	static const char line[] = "127.0.0.1:1 127.0.0.1:80\n";
	enum { LINES = 200 };
	char text[64 + LINES * sizeof(line)], *at = stpcpy(text, first_line);
	int fd = open(LOOKUP, O_RDWR | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	for (int i = 0; i < LINES; i++)
		at = stpcpy(at, line);
	if (write(fd, text, (size_t)(at - text)) < 0)
		error = errno;
	*rows = rows_of(fd);
	if (error && *rows != 2 && !errno)
		error = EPROTO;		/* the view was to say what is wrong */
	error = error ? error : errno;
	close(fd);
	return error;
}

static int ask_steps(int *rows) { return ask_much("", rows); }
static int ask_verdicts(int *rows) { return ask_much("verdicts\n", rows); }

static int read_trace(int *rows)
{
	int fd = open(TRACE, O_RDONLY | O_NONBLOCK | O_CLOEXEC), client, error;

	if (fd < 0)
		return errno;
	client = tcp_socket(AF_INET);
	connect_to(client, "127.0.0.1", 1);
	close(client);
	*rows = rows_of(fd) > 1;	/* how many events there are depends on the kernel */
	error = errno;
	close(fd);
	return error;
}

/* It has the views, or it is not made. Back to the crowd, which the other operations read. */
static int make_namespace(int *rows)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = unshare(CLONE_NEWNET) == 0 ? 0 : errno;

	must(home >= 0, "ns/net");
	if (!error) {
		*rows = access(LOOKUP, F_OK) == 0;
		must(setns(home, CLONE_NEWNET) == 0, "setns");
	}
	close(home);
	return error;
}

static const struct operation {
	const char *name;
	int (*run)(int *rows);
} operations[] = {
	{"read info", read_info}, {"read listeners", read_listeners}, {"read bound", read_bound},
	{"read ehash", read_ehash}, {"ask", ask_steps}, {"ask for verdicts", ask_verdicts},
	{"read trace", read_trace}, {"make a namespace", make_namespace},
};
enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

/* --- one fault ----------------------------------------------------------------------------- */

static bool is_clean(int error)
{
	return error == 0 || error == ENOMEM || error == EFAULT;
}

/* n = 1, 2, … until there are fewer than n that may fail. */
static void fail_each_once(const struct operation *operation)
{
	enum { MOST = 5000 };
	int whole = 0, after = 0, failed = 0, n;
	bool clean = true, same = true;
	char what[160];

	must(operation->run(&whole) == 0 && whole > 0, operation->name);
	for (n = 1; n < MOST; n++) {
		int rows = 0, error;
		bool happened;

		inject_nth(n);
		error = operation->run(&rows);
		happened = inject_has_happened();
		if (!happened)
			break;
		failed += error != 0;
		clean = clean && is_clean(error);
		if (!is_clean(error))
			printf("# %s, fault %d: %s\n", operation->name, n, strerror(error));
		/* One that was retried has lost nothing. */
		if (!error && rows != whole) {
			same = false;
			printf("# %s, fault %d: %d rows instead of %d\n", operation->name, n, rows, whole);
		}
	}
	printf("# %s: %d may fail, %d of them are an error\n", operation->name, n - 1, failed);
	snprintf(what, sizeof(what), "faults: %s: each one alone: it works whole, or a clean error",
		 operation->name);
	check(n > 1 && n < MOST && clean && same, what);
	snprintf(what, sizeof(what), "faults: %s: works afterwards", operation->name);
	check(operation->run(&after) == 0 && after == whole, what);
}

/* --- all of a function's -------------------------------------------------------------------- */

/* The functions that allocate, or whose callees do. */
static const char *const functions[] = {
	"tl_batch_take", "tl_batch_reserve", "tl_columns_reserve", "tl_text_grow",
	"tl_trace_reader_init", "tl_dump_open", "info_open", "lookup_view_open",
	"lookup_view_write", "trace_view_open", "pernet_init",
};

static void fail_all_of(const char *function)
{
	int failed = 0;
	bool clean = true;
	char what[160];

	if (!inject_in_function(function)) {
		printf("# %s: has been inlined\n", function);
		return;
	}
	for (int i = 0; i < OPERATIONS; i++) {
		int rows = 0, error;

		inject_all(true);
		error = operations[i].run(&rows);
		inject_all(false);
		failed += error == ENOMEM;
		clean = clean && (error == 0 || error == ENOMEM);
		if (error != 0 && error != ENOMEM)
			printf("# %s, %s: %s\n", function, operations[i].name, strerror(error));
	}
	snprintf(what, sizeof(what), "faults: all of %s: %d operations fail, with ENOMEM", function,
		 failed);
	check(failed > 0 && clean, what);
}

void faults(void)
{
	int servers[2];

	if (!inject_begin()) {
		printf("# not observed: faults, for this kernel cannot inject them\n");
		return;
	}
	crowd_make(300, servers);
	must(inject_in_module(), "functions of tcp_lookup in /proc/kallsyms");
	for (int i = 0; i < OPERATIONS; i++)
		fail_each_once(&operations[i]);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		fail_all_of(functions[i]);
}

/* --- loading ------------------------------------------------------------------------------- */

/* The facts of the view, but for those that count. */
static char *info_text(void)
{
	static char text[65536];
	int fd = open("/proc/thread-self/net/tcp_lookup/info", O_RDONLY | O_CLOEXEC);
	ssize_t got;
	char *end;

	must(fd >= 0, "info");
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	must(got > 0, "info");
	text[got] = '\0';
	end = strstr(text, "trace_missed");
	must(end != NULL, "trace_missed");
	*end = '\0';
	return text;
}

void faults_of_loading(void)
{
	enum { MOST = 100000 };
	int failed = 0, worked = 0, n, error;
	bool clean = true, same = true, happened;
	char *whole;

	if (!inject_begin()) {
		printf("# not observed: faults, for this kernel cannot inject them\n");
		return;
	}
	whole = strdup(info_text());
	must(whole != NULL && unload_module() == 0, "unload");
	/* It calls the module's init. */
	must(inject_in_function("do_init_module"), "do_init_module");
	for (n = 1; n < MOST; n += faults_load_stride) {
		inject_nth(n);
		error = load_module() == 0 ? 0 : errno;
		happened = inject_has_happened();
		failed += error != 0;
		clean = clean && (error == 0 || error == ENOMEM);
		if (error != 0 && error != ENOMEM)
			printf("# fault %d of loading: %s\n", n, strerror(error));
		if (error == 0) {
			if (strcmp(info_text(), whole) != 0) {
				same = false;
				printf("# fault %d of loading: another info\n", n);
			}
			worked++;
			must(unload_module() == 0, "unload");
		}
		if (!happened)
			break;
	}
	must(load_module() == 0, "load");
	printf("# loading: %d may fail; %d were tried: %d an error, %d no difference\n", n - 1,
	       failed + worked, failed, worked);
	check(failed > 0 && worked > 0 && clean, "faults: loading works, or fails with ENOMEM");
	check(same, "faults: if it works, it sees what it sees otherwise");
	check(!strcmp(info_text(), whole), "faults: loading works afterwards");
	free(whole);
}
