/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the trace's kprobes (trace_call.h) and tracepoints (trace_points.h) are enabled.
 * The kprobes stay registered as long as the module is loaded, but they change the
 * kernel's code only while a trace has a reader, and shortly after.
 *
 * Functions are named by symbol; where the compiler has inlined one or changed
 * its arguments (".isra", ".constprop") there is no such symbol, and its events
 * are missing; "info" says so.
 */
#ifndef TCP_LOOKUP_TRACE_PROBES_H
#define TCP_LOOKUP_TRACE_PROBES_H

/*
 * How long the probes stay enabled after the last reader, in jiffies. Enabling one
 * rewrites the kernel's code, and readers come one after another: one for each host
 * of a run, and then the next run's.
 */
#define TL_PROBES_LINGER	HZ

/* Once, before anything else; and after everything. May sleep. */
int tl_probes_init(void);
void tl_probes_exit(void);

/* For the first reader and after the last, which must exclude each other. May sleep. */
int tl_probes_start(void);
void tl_probes_stop(void);

/* At once, before the data of a namespace is freed, which the handlers use. May sleep. */
void tl_probes_remove(void);

/* Calls show for each function: err is 0, or why it cannot be seen. */
void tl_probes_each(void (*show)(void *arg, const char *name, int err), void *arg);

/* Calls that a probe was too busy to see, since the module was loaded. */
unsigned long tl_probes_missed(void);

#endif
