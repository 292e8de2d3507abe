/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The readers of a namespace's trace, and the ring of each.
 *
 * A ring has one part for each CPU. Only that CPU writes to it, with interrupts
 * off, and one reader takes from it, so neither waits for the other: if a part is
 * full, the event is counted and dropped. The events of a reader are numbered as
 * they happen, dropped ones included.
 *
 * tl_trace_emit() finds the readers under RCU; they are added and removed under
 * a mutex of the view.
 */
#ifndef TCP_LOOKUP_TRACE_READER_H
#define TCP_LOOKUP_TRACE_READER_H

#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/wait.h>

#include "trace_event.h"

struct net;

/* The most readers of one namespace's trace, and the number of events in a ring. */
#define TL_TRACE_READERS_MAX	16
#define TL_TRACE_EVENTS		16384
#define TL_TRACE_EVENTS_MIN	512	/* for each CPU, on a machine with many */

struct tl_trace_part;

struct tl_trace_reader {
	struct list_head node;		/* in tl_trace_net::readers */
	struct tl_trace_part __percpu *parts;
	unsigned int size;		/* events in a part; a power of two */
	atomic64_t produced;
	u64 lost_reported;		/* how many of them have been shown as TL_LOST */
	wait_queue_head_t wait;
	struct irq_work wake;		/* a probe may run where it cannot wake a task */
};

/* In struct pernet. */
struct tl_trace_net {
	struct list_head readers;
	unsigned int count;
};

void tl_trace_net_init(struct tl_trace_net *trace);

/* -ENOMEM; the reader's memory is charged to the caller's cgroup. */
int tl_trace_reader_init(struct tl_trace_reader *reader);

/* Call it when no probe can find it any more (synchronize_rcu() after its removal). */
void tl_trace_reader_exit(struct tl_trace_reader *reader);

/* For the reader: the next event, or TL_LOST; false: there is none now. */
bool tl_trace_reader_peek(struct tl_trace_reader *reader, struct tl_event *event);
void tl_trace_reader_consume(struct tl_trace_reader *reader, const struct tl_event *peeked);
bool tl_trace_reader_has_more(const struct tl_trace_reader *reader);

/* Whether this namespace's trace has a reader. Preemption must be disabled. */
bool tl_trace_wanted(const struct net *net);

/* Gives the event its time, and to every reader of net. Preemption must be disabled. */
void tl_trace_emit(const struct net *net, struct tl_event *event);

#endif
