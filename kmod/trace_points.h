/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoints of the trace: skb:kfree_skb, sock:inet_sock_set_state and
 * tcp:tcp_receive_reset.
 */
#ifndef TCP_LOOKUP_TRACE_POINTS_H
#define TCP_LOOKUP_TRACE_POINTS_H

/*
 * Registers them, or a part of them; returns 0, or the errno of the first failure.
 * May sleep. The caller must stop them even after a failure, and never call both at
 * once.
 */
int tl_points_start(void);

/* When it returns, no handler is running. May sleep. */
void tl_points_stop(void);

#endif
