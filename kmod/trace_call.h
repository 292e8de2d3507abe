/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call of a kernel function with a kprobe: what is known of it from its entry
 * until it returns, and the sets of functions. trace_probes.c sets the kprobes; the
 * files named below interpret each call.
 */
#ifndef TCP_LOOKUP_TRACE_CALL_H
#define TCP_LOOKUP_TRACE_CALL_H

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
 * At the entry of a function; regs hold its arguments. Of call, only event.what is
 * set. false: no reader needs it, leave is not called.
 */
typedef bool tl_enter_t(struct tl_call *call, struct pt_regs *regs);
typedef void tl_leave_t(struct tl_call *call, struct pt_regs *regs);

struct tl_function {
	const char *name;
	enum tl_what what;
	tl_enter_t *enter;
	tl_leave_t *leave;	/* NULL: the return is not probed */
	bool silent;		/* makes no row, only notes what other events need */
};

struct tl_function_set {
	const struct tl_function *functions;
	unsigned int count;
};

extern const struct tl_function_set tl_receive_functions;	/* trace_receive.c */
extern const struct tl_function_set tl_lookup_functions;	/* trace_lookup.c */
extern const struct tl_function_set tl_send_functions;		/* trace_send.c */

/* The n-th argument, from 0, at a function's entry. */
static inline unsigned long tl_argument(struct pt_regs *regs, unsigned int n)
{
	return regs_get_kernel_argument(regs, n);
}

/*
 * The call handles this segment: notes it, and its number. in_tcp as for
 * tl_segment_parse(). false: not a TCP segment, or net's trace has no reader.
 */
bool tl_call_segment(struct tl_call *call, const struct net *net, struct sk_buff *skb,
		     u16 family, bool in_tcp);

/* From here until the call returns, what happens is attributed to its segment. */
void tl_call_open(struct tl_call *call);
void tl_call_close(struct tl_call *call);

/* The call is not itself about a segment: uses that of the window, if any. */
void tl_call_inherit(struct tl_call *call, const struct net *net);

#endif
