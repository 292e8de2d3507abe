/* SPDX-License-Identifier: MIT */
/* The view "trace", for kmod_poke.c. */
#ifndef KMOD_TRACE_H
#define KMOD_TRACE_H

#include "kmod_view.h"

#define TRACE "/proc/thread-self/net/tcp_lookup/trace"

/* Each case in a namespace of its own; churn and unload at the end. */
void run_trace_checks(void);

/*
 * kmod_trace_churn.c. Connections as fast as they come, a reader that is too
 * slow for them, readers that are killed, namespaces that go: in the end every
 * event was read or counted as lost.
 */
extern int trace_churn_seconds;
void trace_churn(void);

/*
 * Unloads the module and loads it again, so many times, while segments fly and
 * readers come and go; and looks whether the kernel's memory grows.
 */
extern int trace_unload_times;
void trace_unload(void);

int trace_open(int flags);	/* O_NONBLOCK or 0 */
/* All that is there, with the header if it is the first time. Frees nothing. */
struct view trace_now(int fd);

#endif
