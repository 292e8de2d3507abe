/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One event of the receive path as plain values, and how it gets there:
 *
 *	trace_probes.c		when the probes are enabled
 *	trace_call.c		one call of a function with a kprobe
 *	  trace_receive.c	… a segment arrives, and is handled
 *	  trace_lookup.c	… its socket is looked up
 *	  trace_send.c		… a segment is sent
 *	trace_points.c		a segment is dropped, a state changes
 *	    trace_segment.c	which segment is that?
 *	    trace_window.c	on which segment is this CPU working?
 *	trace_reader.c		an event → the ring of each reader of its namespace
 *	view_trace.c		ring → text
 *
 * An event is filled where it happens, in softirq or in a system call, with
 * preemption disabled, and printed later by a reader. It holds no reference.
 */
#ifndef TCP_LOOKUP_TRACE_EVENT_H
#define TCP_LOOKUP_TRACE_EVENT_H

#include "row.h"

struct sk_buff;

/* In the order of the names in trace_cells.c. */
enum tl_what {
	TL_IP_RCV4, TL_IP_RCV6,	/* probed, but never printed */
	TL_EARLY_DEMUX4, TL_EARLY_DEMUX6,
	TL_RCV4, TL_RCV6,
	TL_ESTABLISHED4, TL_ESTABLISHED6,
	TL_LISTENER4, TL_LISTENER6,
	TL_LHASH4, TL_LHASH6,
	TL_CONN_REQUEST,
	TL_REQUEST_QUEUED,	/* probed, but never printed */
	TL_CHECK_REQ,
	TL_CHILD4, TL_CHILD6,
	TL_RCV_STATE,
	TL_RCV_ESTABLISHED,
	TL_TIME_WAIT,
	TL_SEND_RESET4, TL_SEND_RESET6,
	TL_ACTIVE_RESET,
	TL_RESET,
	TL_BACKLOG,
	TL_SEND4, TL_SEND6, TL_LOCAL_OUT6,
	TL_DROP,
	TL_SET_STATE,
	TL_LOST,
	TL_WHATS
};

enum tl_outcome {
	TL_ENTER, TL_HIT, TL_MISS,
	TL_OUTCOME_REQUEST, TL_OUTCOME_COOKIE, TL_OUTCOME_DROPPED,
	TL_OUTCOME_CHILD, TL_OUTCOME_LISTENER, TL_OUTCOME_NONE,
	TL_OUTCOME_OK, TL_OUTCOME_RESET,
	TL_OUTCOME_TW_SUCCESS, TL_OUTCOME_TW_RESET, TL_OUTCOME_TW_ACK, TL_OUTCOME_TW_SYN,
	TL_OUTCOME_NO_SOCKET, TL_OUTCOME_SOCKET,
};

enum tl_detail {
	TL_DETAIL_NONE,
	TL_DETAIL_EXACT, TL_DETAIL_WILDCARD,
	TL_DETAIL_TIME_WAIT,
	TL_DETAIL_ACCEPT_QUEUE_FULL,
	TL_DETAIL_EARLY_DEMUX,
};

enum tl_reason { TL_REASON_NONE, TL_REASON_DROP, TL_REASON_RESET };

/* As the segment carries it; ports in host byte order. */
struct tl_segment {
	u16 family;		/* 0: none is known */
	u16 source_port;
	u16 destination_port;
	u8 flags;		/* byte 13 of the TCP header */
	bool has_header;	/* flags, sequence, acknowledgment, length are known */
	union tl_addr source;
	union tl_addr destination;
	u32 sequence;
	u32 acknowledgment;
	u32 length;		/* bytes of data */
};

struct tl_event {
	u64 number;		/* given by the reader's ring */
	u64 time;		/* CLOCK_REALTIME, ns */
	u64 id;			/* of the segment; 0: none */
	u64 cause;		/* of a sent one; 0: none */
	unsigned long caller;	/* an address, printed as its symbol only */
	u64 lost;		/* TL_LOST: how many */
	u64 cookie;		/* the socket's; 0: no socket, or it has no cookie yet */
	struct tl_segment segment;
	int ifindex;		/* 0: none is known */
	u32 reason;
	enum tl_what what : 8;
	enum tl_outcome outcome : 8;
	enum tl_detail detail : 8;
	enum tl_reason reason_of : 8;
	enum tl_kind kind : 8;
	u8 has_socket;		/* kind and state are known */
	u8 state;
	u8 state_after;		/* 0: not known, or not reported */
};

/*
 * Notes a socket of any kind: kind, state, cookie. sk may be NULL, then there
 * is none, and must not go away meanwhile (RCU or a reference).
 */
void tl_event_socket(struct tl_event *event, struct sock *sk);

/* Notes a socket's own two ends in place of a segment's. */
void tl_event_ends(struct tl_event *event, const struct sock *sk);

#endif
