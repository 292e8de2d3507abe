// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/ktime.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "pernet.h"
#include "trace_reader.h"

/* head and tail count events, and are masked where they become an index. */
struct tl_trace_part {
	unsigned int head;	/* written by this CPU */
	u64 lost;		/* written by this CPU */
	struct tl_event *events;
	unsigned int tail ____cacheline_aligned_in_smp;	/* written by the reader */
};

void tl_trace_net_init(struct tl_trace_net *trace)
{
	INIT_LIST_HEAD(&trace->readers);
	trace->count = 0;
}

static void reader_wake(struct irq_work *work)
{
	wake_up_interruptible(&container_of(work, struct tl_trace_reader, wake)->wait);
}

static void reader_free_parts(struct tl_trace_reader *reader)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu_ptr(reader->parts, cpu)->events);
	free_percpu(reader->parts);
}

int tl_trace_reader_init(struct tl_trace_reader *reader)
{
	int cpu;

	reader->size = max_t(unsigned int, TL_TRACE_EVENTS_MIN,
			     rounddown_pow_of_two(TL_TRACE_EVENTS / num_possible_cpus() ?: 1));
	reader->parts = alloc_percpu_gfp(struct tl_trace_part, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!reader->parts)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		struct tl_event *events = __vmalloc(array_size(reader->size, sizeof(*events)),
						    GFP_KERNEL_ACCOUNT);

		if (!events) {
			reader_free_parts(reader);
			return -ENOMEM;
		}
		per_cpu_ptr(reader->parts, cpu)->events = events;
	}

	atomic64_set(&reader->produced, 0);
	reader->lost_reported = 0;
	init_waitqueue_head(&reader->wait);
	/* Lazily: at the next tick, for all events until then. */
	reader->wake = IRQ_WORK_INIT_LAZY(reader_wake);
	return 0;
}

void tl_trace_reader_exit(struct tl_trace_reader *reader)
{
	irq_work_sync(&reader->wake);
	reader_free_parts(reader);
}

static void reader_put(struct tl_trace_reader *reader, struct tl_event *event)
{
	struct tl_trace_part *part;
	unsigned long flags;

	/* A softirq may come between a system call's probe and its event. */
	local_irq_save(flags);
	part = this_cpu_ptr(reader->parts);
	event->number = atomic64_inc_return(&reader->produced);
	/* Pairs with the reader's release of tail: the place is free to write to. */
	if (part->head - smp_load_acquire(&part->tail) < reader->size) {
		part->events[part->head & (reader->size - 1)] = *event;
		/* Pairs with reader_first_of(): who sees head sees the event. */
		smp_store_release(&part->head, part->head + 1);
	} else {
		WRITE_ONCE(part->lost, part->lost + 1);
	}
	local_irq_restore(flags);

	if (wq_has_sleeper(&reader->wait))
		irq_work_queue(&reader->wake);
}

bool tl_trace_wanted(const struct net *net)
{
	return !list_empty(&tl_pernet(net)->trace.readers);
}

void tl_trace_emit(const struct net *net, struct tl_event *event)
{
	struct tl_trace_reader *reader;

	/* A kprobe's breakpoint counts as an NMI, in which ktime_get_real_ns() is not allowed. */
	event->time = ktime_get_real_fast_ns();
	rcu_read_lock();
	list_for_each_entry_rcu(reader, &tl_pernet(net)->trace.readers, node)
		reader_put(reader, event);
	rcu_read_unlock();
}

/* --- the reader's side -------------------------------------------------- */

static u64 reader_lost(const struct tl_trace_reader *reader)
{
	u64 lost = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		lost += READ_ONCE(per_cpu_ptr(reader->parts, cpu)->lost);
	return lost;
}

static const struct tl_event *reader_first_of(const struct tl_trace_reader *reader, int cpu)
{
	const struct tl_trace_part *part = per_cpu_ptr(reader->parts, cpu);

	/* Pairs with reader_put(). */
	if (smp_load_acquire(&part->head) == part->tail)
		return NULL;
	return &part->events[part->tail & (reader->size - 1)];
}

/* The earliest event, and its part. */
static const struct tl_event *reader_first(const struct tl_trace_reader *reader, int *of)
{
	const struct tl_event *earliest = NULL;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct tl_event *event = reader_first_of(reader, cpu);

		if (event && (!earliest || event->number < earliest->number)) {
			earliest = event;
			*of = cpu;
		}
	}
	return earliest;
}

bool tl_trace_reader_peek(struct tl_trace_reader *reader, struct tl_event *event)
{
	u64 lost = reader_lost(reader) - reader->lost_reported;
	const struct tl_event *next;
	int cpu;

	if (lost) {
		memset(event, 0, sizeof(*event));
		event->what = TL_LOST;
		event->lost = lost;
		event->number = atomic64_read(&reader->produced);
		event->time = ktime_get_real_ns();
		return true;
	}
	next = reader_first(reader, &cpu);
	if (next)
		*event = *next;
	return next;
}

void tl_trace_reader_consume(struct tl_trace_reader *reader, const struct tl_event *peeked)
{
	struct tl_trace_part *part;
	int cpu;

	if (peeked->what == TL_LOST) {
		reader->lost_reported += peeked->lost;
		return;
	}
	/* A later event may have an earlier number, on another CPU. */
	for_each_possible_cpu(cpu) {
		const struct tl_event *event = reader_first_of(reader, cpu);

		if (event && event->number == peeked->number) {
			part = per_cpu_ptr(reader->parts, cpu);
			/* Pairs with reader_put(): the event has been read. */
			smp_store_release(&part->tail, part->tail + 1);
			return;
		}
	}
}

bool tl_trace_reader_has_more(const struct tl_trace_reader *reader)
{
	int cpu;

	return reader_first(reader, &cpu) || reader_lost(reader) != reader->lost_reported;
}
