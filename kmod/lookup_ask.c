// SPDX-License-Identifier: GPL-2.0-only
/* Queries as text → all their answers, or one reason why there are none. */
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>

#include "lookup.h"
#include "tcp_lookup/contract.h"

int tl_lookup_refuse(struct tl_answer *answer, int err, const char *reason)
{
	answer->count = 0;
	answer->refusal = (struct tl_refusal) { .err = err, .reason = reason };
	return err;
}

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

static int ask_find_devices(struct net *net, struct tl_tuple *tuples, unsigned int count,
			    struct tl_answer *answer)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (ask_find_device(net, &tuples[i]))
			continue;
		answer->refusal = (struct tl_refusal) {
			.err = -EINVAL,
			.line = tuples[i].line,
			.column = tuples[i].device_column,
			.reason = "no_such_device_in_this_network_namespace",
		};
		return -EINVAL;
	}
	return 0;
}

/* Room for the steps of this many queries. What is there need not survive. */
static int ask_reserve(struct tl_answer *answer, unsigned int count)
{
	if (count * TL_STEPS <= answer->capacity)
		return 0;
	tl_answer_free(answer);
	answer->steps = kvmalloc_array(count, TL_STEPS * sizeof(*answer->steps),
				       GFP_KERNEL_ACCOUNT);
	if (!answer->steps)
		return tl_lookup_refuse(answer, -ENOMEM, "out_of_memory");
	answer->capacity = count * TL_STEPS;
	return 0;
}

static int ask_answer_all(struct net *net, const struct tl_tuple *tuples, unsigned int count,
			  struct tl_answer *answer)
{
	int err = ask_reserve(answer, count);
	unsigned int i;

	for (i = 0; i < count && !err; i++) {
		/* Any signal: a handler must not wait for 1024 answers. */
		if (signal_pending(current))
			return tl_lookup_refuse(answer, -ERESTARTSYS,
				      "interrupted_by_a_signal:_nothing_is_answered,_ask_again");
		cond_resched();
		tl_lookup_answer(net, &tuples[i], i + 1, &answer->steps[i * TL_STEPS]);
		answer->count += TL_STEPS;
	}
	return err;
}

/* How many queries there can be, so that a short write does not cost much. */
static unsigned int ask_count_lines(const char *text, size_t size)
{
	unsigned int lines = 1;
	size_t i;

	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	return min_t(unsigned int, lines, TCP_LOOKUP_QUERIES_MAX);
}

int tl_lookup_ask(struct net *net, const char *text, size_t size, struct tl_answer *answer)
{
	unsigned int max = ask_count_lines(text, size);
	struct tl_tuple *tuples;
	int count, err;

	answer->count = 0;
	answer->refusal.err = 0;
	tuples = kvmalloc_array(max, sizeof(*tuples), GFP_KERNEL_ACCOUNT);
	if (!tuples)
		return tl_lookup_refuse(answer, -ENOMEM, "out_of_memory");

	count = tl_lookup_parse(text, size, tuples, max, &answer->refusal);
	err = count < 0 ? count : ask_find_devices(net, tuples, count, answer);
	if (!err)
		err = ask_answer_all(net, tuples, count, answer);
	kvfree(tuples);
	return err;
}

void tl_answer_free(struct tl_answer *answer)
{
	kvfree(answer->steps);
	memset(answer, 0, sizeof(*answer));
}
