/* SPDX-License-Identifier: MIT */
/* The view "trace", for kmod_poke. */
#ifndef KMOD_TRACE_H
#define KMOD_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "kmod_view.h"

#define TRACE "/proc/thread-self/net/tcp_lookup/trace"

/* Each case in a namespace of its own; churn and unload at the end. */
void run_trace_checks(void);

/*
 * kmod_trace_churn.c. Connections as fast as they come, a reader that is too
 * slow for them, one that does not read before the end, readers that are killed,
 * namespaces that go: in the end every event was read or counted as lost.
 */
extern int trace_churn_seconds;
void trace_churn(void);

/* Moves one piece of a trace to the end of a file; false: there is nothing now. */
bool trace_take(int trace, int file, size_t piece);

/* The events in that file, of a trace that was read from its opening on. Printed, too. */
struct trace_tally { unsigned long long read, lost, produced; };
struct trace_tally trace_tally_of(int file);

/*
 * kmod_reload.c. Unloads the module and loads it again, so many times, while segments fly,
 * readers and writers of all views come and go, and namespaces, too; and looks whether
 * the kernel's memory grows.
 */
extern int trace_unload_times;
void trace_unload(void);

int trace_open(int flags);	/* O_NONBLOCK or 0 */
/* All that is there, with the header if it is the first time. Frees nothing. */
struct view trace_now(int fd);

#endif
