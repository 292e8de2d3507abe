/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which segment is this CPU working on?
 *
 * A function that gets a segment opens a window, and closes it when it returns.
 * What happens in between, in the same context, is attributed to that segment:
 * the lookups, the answer that is sent, the change of state.
 *
 * A context is a CPU's softirq, or a task (which processes segments when it
 * releases a socket that was locked, or sends to itself). Only that context
 * uses its slot, so it needs no lock. Windows nest.
 *
 * Preemption must be disabled in the functions below, not within a window.
 */
#ifndef TCP_LOOKUP_TRACE_WINDOW_H
#define TCP_LOOKUP_TRACE_WINDOW_H

#include <linux/bits.h>
#include <linux/types.h>

#include "trace_event.h"

struct net;
struct sk_buff;

/* Bits of tl_window::seen: what has happened since it was opened. */
#define TL_SEEN_TIME_WAIT	BIT(0)	/* the segment's socket is in TIME-WAIT */
#define TL_SEEN_REQUEST		BIT(1)	/* a request was added to ehash */
#define TL_SEEN_SYNACK		BIT(2)	/* a SYN-ACK was sent */
#define TL_SEEN_CHILD		BIT(3)	/* a child was made */

struct tl_window {
	u64 id;				/* the segment's number; 0: closed */
	const struct sk_buff *skb;	/* compared, never followed */
	struct tl_segment segment;	/* its headers */
	const struct net *net;
	int ifindex;			/* where it arrived; 0: not known */
	bool in_tcp;			/* as for tl_segment_parse() */
	unsigned int seen;
};

/* The innermost open window of this context, or NULL. */
struct tl_window *tl_window_here(void);

/*
 * Opens a nested window; the current one goes to outer. false: more contexts are
 * active than there are slots; then it must not be closed.
 */
bool tl_window_open(struct tl_window *outer, const struct tl_window *inner);
void tl_window_close(const struct tl_window *outer);

#endif
