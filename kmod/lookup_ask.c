// SPDX-License-Identifier: GPL-2.0-only
/* Queries as text → all their answers, or one reason why there are none. */
#include <linux/netdevice.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>

#include "lookup.h"
#include "tcp_lookup/contract.h"

/*
 * A segment that arrives on a port of a VRF is looked up as one of the VRF's
 * device, with the port as the second device that may match (inet_sdif()).
 */
static bool ask_find_device(struct net *net, struct tl_tuple *tuple)
{
	const struct net_device *dev;
	int master;

	if (!tuple->device[0])
		return true;

	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, tuple->device);
	if (dev) {
		master = l3mdev_master_ifindex_rcu(dev);
		tuple->dif = master ?: dev->ifindex;
		tuple->sdif = master && master != dev->ifindex ? dev->ifindex : 0;
	}
	rcu_read_unlock();
	return dev;
}

/* How many queries are answered before others may have the CPU, or a signal is seen. */
#define ASK_AT_ONCE 16

static int ask_answer(struct tl_lookup *lookup, const struct tl_queries *queries,
		      const struct tl_tuple *tuple)
{
	if (queries->verdicts) {
		tl_lookup_verdict(lookup, tuple, queries->count);
		return tl_lookup_print_verdict(lookup);
	}
	tl_lookup_answer(lookup, tuple, queries->count);
	return tl_lookup_print_answer(lookup);
}

/* One query, from its line to the lines of its answer. 0 or a negative errno. */
static int ask_one(struct tl_lookup *lookup, struct tl_queries *queries, struct tl_tuple *tuple)
{
	if (!ask_find_device(lookup->net, tuple)) {
		queries->refusal = (struct tl_refusal) {
			.err = -EINVAL,
			.line = queries->number,
			.column = tuple->device_column,
			.reason = "no_such_device_in_this_network_namespace",
		};
		return -EINVAL;
	}
	if (queries->count % ASK_AT_ONCE == 0) {
		cond_resched();
		/* Any signal: a handler must not wait for 1024 answers. */
		if (signal_pending(current)) {
			queries->refusal = (struct tl_refusal) {
				.err = -ERESTARTSYS,
				.reason = "interrupted_by_a_signal:_nothing_is_answered,_ask_again",
			};
			return -ERESTARTSYS;
		}
	}
	if (!ask_answer(lookup, queries, tuple))
		return 0;
	queries->refusal = (struct tl_refusal) { .err = -ENOMEM, .reason = "out_of_memory" };
	return -ENOMEM;
}

int tl_lookup_ask(struct tl_lookup *lookup, const char *text, size_t size)
{
	struct tl_queries queries;
	struct tl_tuple tuple;
	int found, err;

	lookup->writes++;
	tl_queries_begin(&queries, text, size);
	if (queries.verdicts)
		tl_lookup_print_verdicts_header(lookup);
	else
		tl_lookup_print_header(lookup);
	do {
		found = tl_queries_next(&queries, &tuple);
		err = found > 0 ? ask_one(lookup, &queries, &tuple) : found;
	} while (found && !err);
	if (err)
		tl_lookup_print_refusal(lookup, &queries.refusal);
	return err;
}

int tl_lookup_refuse(struct tl_lookup *lookup, int err, const char *reason)
{
	const struct tl_refusal refusal = { .err = err, .reason = reason };

	tl_lookup_print_refusal(lookup, &refusal);
	return err;
}
