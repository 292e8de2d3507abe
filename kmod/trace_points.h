/* SPDX-License-Identifier: GPL-2.0-only */
/* The tracepoints of the trace: skb:kfree_skb and sock:inet_sock_set_state. */
#ifndef TCP_LOOKUP_TRACE_POINTS_H
#define TCP_LOOKUP_TRACE_POINTS_H

/*
 * Registers them, or a part of them, and says why not all: 0 or an errno. May sleep.
 * Whoever starts them stops them, also after a failure, and never both at once.
 */
int tl_points_start(void);

/* None of them is being handled any more when it returns. May sleep. */
void tl_points_stop(void);

#endif
