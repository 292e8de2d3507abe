/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probes: kprobes on functions of the receive path, and tracepoints. The
 * kprobes are registered as long as the module is loaded, but disabled; they are
 * in the kernel's code only while somebody reads a trace, and for a moment after.
 *
 * Functions are named by symbol; where the compiler has inlined one or changed
 * its arguments (".isra", ".constprop") there is no such symbol, and its events
 * are missing; "info" says so.
 */
#ifndef TCP_LOOKUP_TRACE_PROBES_H
#define TCP_LOOKUP_TRACE_PROBES_H

#include <linux/kprobes.h>

#include "trace_event.h"
#include "trace_window.h"

struct net;
struct sk_buff;
struct sock;

/* One call of a probed function, from its entry until it returns. */
struct tl_call {
	const struct net *net;
	struct sk_buff *skb;
	struct sock *sk;
	bool in_tcp;			/* as for tl_segment_parse() */
	bool window;			/* it has opened one */
	struct tl_window outer;
	struct tl_event event;
};

/*
 * At the entry of a function; regs hold its arguments. call is empty but for
 * event.what. false: nobody wants to know, leave is not called.
 */
typedef bool tl_enter_t(struct tl_call *call, struct pt_regs *regs);
typedef void tl_leave_t(struct tl_call *call, struct pt_regs *regs);

struct tl_function {
	const char *name;
	enum tl_what what;
	tl_enter_t *enter;
	tl_leave_t *leave;	/* NULL: its return is of no interest */
	bool helps;		/* it prints nothing of its own: "info" is silent about it */
};

struct tl_function_set {
	const struct tl_function *functions;
	unsigned int count;
};

extern const struct tl_function_set tl_receive_functions;	/* trace_receive.c */
extern const struct tl_function_set tl_lookup_functions;	/* trace_lookup.c */
extern const struct tl_function_set tl_send_functions;		/* trace_send.c */

/* trace_send.c: the tracepoints. */
int tl_tracepoints_start(void);
void tl_tracepoints_stop(void);

/*
 * How long the probes stay when nobody reads any more, in jiffies. To enable one
 * is to rewrite the kernel's code, and readers come one after another: one for
 * each host of a run, and then the next run's.
 */
#define TL_PROBES_LINGER	HZ

/* Once, before anything else; and after everything. May sleep. */
int tl_probes_init(void);
void tl_probes_exit(void);

/* For the first reader and after the last, which must exclude each other. May sleep. */
int tl_probes_start(void);
void tl_probes_stop(void);

/* At once. Before the data of a namespace may go, which the handlers look at. May sleep. */
void tl_probes_remove(void);

/* Calls show for each function: err is 0, or why it cannot be seen. */
void tl_probes_each(void (*show)(void *arg, const char *name, int err), void *arg);

/* Calls that a probe was too busy to see, since the module was loaded. */
unsigned long tl_probes_missed(void);

/* --- for the handlers ---------------------------------------------------- */

/* The n-th argument, from 0, at a function's entry. */
static inline unsigned long tl_argument(struct pt_regs *regs, unsigned int n)
{
	return regs_get_kernel_argument(regs, n);
}

/*
 * The call deals with this segment: notes it, and its number. in_tcp as for
 * tl_segment_parse(). false: it is no TCP segment, or nobody reads net's trace.
 */
bool tl_call_segment(struct tl_call *call, const struct net *net, struct sk_buff *skb,
		     u16 family, bool in_tcp);

/* From here until the call returns, what happens is for its segment. */
void tl_call_open(struct tl_call *call);
void tl_call_close(struct tl_call *call);

/* The call is not itself about a segment: it takes that of the window, if any. */
void tl_call_inherit(struct tl_call *call, const struct net *net);

#endif
