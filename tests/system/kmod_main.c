// SPDX-License-Identifier: MIT
/*
 * Pokes the loaded module from one static binary, so that it runs in a guest
 * that holds nothing else: each case in a network namespace of its own.
 *
 *	gcc -std=gnu11 -static -O2 -Iinclude tests/system/kmod_*.c -o kmod_poke
 *
 * Needs root and tcp_lookup.ko. Prints TAP; exits 0 if every check held. Without an argument
 * all of it, little of what may take long; else one case, as long as is asked for.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_churn.h"
#include "kmod_debug.h"
#include "kmod_faults.h"
#include "kmod_hotplug.h"
#include "kmod_many.h"
#include "kmod_mutate.h"
#include "kmod_parts.h"
#include "kmod_poke.h"
#include "kmod_rights.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"

void run(const char *name, void (*test)(void))
{
	pid_t child;
	int status;

	printf("# --- %s\n", name);
	fflush(stdout);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		enter_new_namespace();
		test();
		exit(0);
	}
	must(waitpid(child, &status, 0) == child, "waitpid");
	if (status != 0)
		check(false, name);
}

static void run_all(char **unused)
{
	(void)unused;
	run_view_checks();
	run("addresses", addresses);
	run("rows of one port", rows_of_one_port);
	run("many on one port", many_on_one_port);
	run("parts of a port", parts_of_a_port);
	run("parts that lose their place", parts_lose_their_place);
	run("verdicts alone", verdicts_alone);
	run("binds in a batch", binds_in_a_batch);
	run("interrupted", interrupted);
	run("churn", churn);
	run("rights", rights);
	run("rights of files handed over", rights_handed_over);
	run("no foreign sockets", no_foreign_sockets);
	run("no addresses", no_addresses);
	run("mutate", mutate);
	run_trace_checks();
	run("hotplug", hotplug);
	run("faults", faults);
	run("faults of loading", faults_of_loading);
	run("checks of a debug kernel", debug_checks);
}

static void run_churn(char **numbers)
{
	churn_sockets = atoi(numbers[0]);
	churn_dumps = atoi(numbers[1]);
	run("churn", churn);
}

static void run_mutate(char **numbers)
{
	mutate_operations = strtoul(numbers[0], NULL, 10);
	mutate_seed = strtoull(numbers[1], NULL, 10);
	run("mutate", mutate);
}

static void run_trace_churn(char **numbers)
{
	trace_churn_seconds = atoi(numbers[0]);
	run("trace: churn", trace_churn);
	trace_unload();
}

static void run_reload(char **numbers)
{
	trace_unload_times = atoi(numbers[0]);
	trace_unload();
}

static void run_hotplug(char **numbers)
{
	hotplug_times = atoi(numbers[0]);
	run("hotplug", hotplug);
}

static void run_faults(char **numbers)
{
	faults_load_stride = atoi(numbers[0]);
	run("faults", faults);
	run("faults of loading", faults_of_loading);
}

static void run_rights(char **unused)
{
	(void)unused;
	run("rights", rights);
	run("rights of files handed over", rights_handed_over);
	run("no foreign sockets", no_foreign_sockets);
	run("no addresses", no_addresses);
}

static void run_provoke(char **mistakes)
{
	provoke(mistakes[0]);
}

static const struct {
	const char *name, *arguments;
	int count;
	void (*run)(char **arguments);
} cases[] = {
	{"all", "", 0, run_all},
	{"churn", "SOCKETS DUMPS", 2, run_churn},
	{"mutate", "OPERATIONS SEED", 2, run_mutate},
	{"trace-churn", "SECONDS", 1, run_trace_churn},
	{"reload", "TIMES", 1, run_reload},
	{"hotplug", "TIMES", 1, run_hotplug},
	{"faults", "LOAD_STRIDE", 1, run_faults},
	{"rights", "", 0, run_rights},
	{"provoke", "MISTAKE", 1, run_provoke},
};

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "all";

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(name, cases[i].name) != 0 || (argc > 1 ? argc - 2 : 0) != cases[i].count)
			continue;
		checks_begin();
		signal(SIGPIPE, SIG_IGN);
		must(access("/proc/net/tcp_lookup", R_OK) == 0,
		     "/proc/net/tcp_lookup (is the module loaded?)");
		cases[i].run(argv + 2);
		return checks_end() != 0;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		fprintf(stderr, "usage: kmod_poke %s %s\n", cases[i].name, cases[i].arguments);
	return 2;
}
