// SPDX-License-Identifier: GPL-2.0-only
/* One answer: the steps, the verdict, and whether both lookups agree. */
#include <linux/preempt.h>
#include <linux/stddef.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>

#include "lookup.h"
#include "tcp_lookup/contract.h"
#include "text.h"

/*
 * Our walk and the kernel's lookup happen one after the other, and a socket may
 * come or go in between. So a difference is retried; one that persists this often
 * is a disagreement.
 */
#define ANSWER_ATTEMPTS 8

static const struct tl_row *answer_found_by_walk(const struct tl_step *steps)
{
	int i;

	for (i = TL_STEP_EHASH; i <= TL_STEP_WILDCARD; i++)
		if (steps[i].found)
			return &steps[i].row;
	return NULL;
}

/* Compare socket cookies, which are never reused; an address may be. */
static bool answer_agrees(const struct tl_step *steps)
{
	const struct tl_row *walk = answer_found_by_walk(steps);
	const struct tl_step *kernel = &steps[TL_STEP_VERDICT];

	if (!walk || !kernel->found)
		return !walk && !kernel->found;
	return walk->cookie == kernel->row.cookie && walk->state == kernel->row.state;
}

static void answer_begin(struct tl_step *steps, unsigned int query)
{
	static const struct tl_word names[TL_STEPS] = {
		[TL_STEP_EHASH] = TL_WORD(TCP_LOOKUP_STEP_EHASH),
		[TL_STEP_EXACT] = TL_WORD(TCP_LOOKUP_STEP_EXACT),
		[TL_STEP_WILDCARD] = TL_WORD(TCP_LOOKUP_STEP_WILDCARD),
		[TL_STEP_BIND] = TL_WORD(TCP_LOOKUP_STEP_BIND),
		[TL_STEP_VERDICT] = TL_WORD(TCP_LOOKUP_STEP_VERDICT),
	};
	int i;

	for (i = 0; i < TL_STEPS; i++) {
		memset(&steps[i], 0, offsetof(struct tl_step, row));
		steps[i].query = query;
		steps[i].name = &names[i];
	}
}

/* What tcp_v4_rcv(), tcp_v6_rcv() and tcp_rcv_state_process() do with a SYN. */
static void answer_judge(struct tl_verdict *verdict, const struct tl_step *step, u16 family)
{
	if (!step->found) {
		verdict->word = TL_WORD_OF(TCP_LOOKUP_VERDICT_RST);
		verdict->handler = family == AF_INET6 ? TL_WORD_OF("tcp_v6_send_reset") :
							TL_WORD_OF("tcp_v4_send_reset");
	} else if (step->row.kind == TL_KIND_TIMEWAIT) {
		verdict->word = TL_WORD_OF(TCP_LOOKUP_VERDICT_TIME_WAIT);
		verdict->handler = TL_WORD_OF("tcp_timewait_state_process");
	} else if (step->row.kind == TL_KIND_REQUEST) {
		verdict->word = TL_WORD_OF(TCP_LOOKUP_VERDICT_REQUEST);
		verdict->handler = TL_WORD_OF("tcp_check_req");
	} else if (step->row.state == TCP_LISTEN) {
		verdict->word = TL_WORD_OF(TCP_LOOKUP_VERDICT_CONN_REQUEST);
		verdict->handler = TL_WORD_OF("tcp_conn_request");
	} else if (step->row.state == TCP_SYN_SENT) {
		verdict->word = TL_WORD_OF(TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN);
		verdict->handler = TL_WORD_OF("tcp_rcv_synsent_state_process");
	} else {
		/* RFC 5961, section 4: a SYN is never acceptable in these states. */
		verdict->word = TL_WORD_OF(TCP_LOOKUP_VERDICT_CHALLENGE_ACK);
		verdict->handler = TL_WORD_OF("tcp_validate_incoming");
	}
}

/* Whether the step "bind" is the same for both tuples. */
static bool answer_same_end(const struct tl_tuple *a, const struct tl_tuple *b)
{
	if (a->family != b->family || a->destination_port != b->destination_port ||
	    a->dif != b->dif || a->sdif != b->sdif)
		return false;
	if (a->family == AF_INET6)
		return ipv6_addr_equal(&a->destination.v6, &b->destination.v6);
	return a->destination.v4 == b->destination.v4;
}

static void answer_bind(struct tl_lookup *lookup, const struct tl_tuple *tuple)
{
	struct tl_bind_memo *memo = &lookup->bind_memos[tuple->destination_port % TL_BIND_MEMOS];
	struct tl_step *step = &lookup->answer.steps[TL_STEP_BIND];
	unsigned int query = step->query;

	if (memo->write == lookup->writes && answer_same_end(&memo->tuple, tuple)) {
		*step = memo->step;
		step->query = query;
		return;
	}
	tl_lookup_bind(lookup->net, tuple, step);
	memo->write = lookup->writes;
	memo->tuple = *tuple;
	memo->step = *step;
}

void tl_lookup_answer(struct tl_lookup *lookup, const struct tl_tuple *tuple,
		      unsigned int query)
{
	struct tl_verdict *verdict = &lookup->answer.verdict;
	struct tl_step *steps = lookup->answer.steps;
	struct tl_step *last = &steps[TL_STEP_VERDICT];
	struct net *net = lookup->net;
	const struct tl_row *walk;
	int attempt = 0;
	bool agree;

	do {
		answer_begin(steps, query);
		/* SO_INCOMING_CPU depends on the current CPU: stay on it. */
		migrate_disable();
		verdict->caveats = tl_lookup_walk(net, tuple, steps);
		verdict->caveats |= tl_lookup_kernel(net, tuple, last, attempt > 0);
		migrate_enable();
		agree = answer_agrees(steps);
	} while (!agree && ++attempt < ANSWER_ATTEMPTS);

	/* A socket that was found holds the port; the lists of the bind tables may be long. */
	walk = answer_found_by_walk(steps);
	if (walk)
		tl_lookup_bind_skip(net, tuple, &steps[TL_STEP_BIND]);
	else
		answer_bind(lookup, tuple);
	/* If both found the same socket, the last row has only its identity so far. */
	if (agree && walk)
		last->row = *walk;
	answer_judge(verdict, last, tuple->family);
	verdict->agrees = agree ? TL_WORD_OF("yes") : TL_WORD_OF("no");
}

void tl_lookup_verdict(struct tl_lookup *lookup, const struct tl_tuple *tuple,
		       unsigned int query)
{
	struct tl_step *step = &lookup->answer.steps[TL_STEP_VERDICT];

	step->query = query;
	tl_lookup_kernel(lookup->net, tuple, step, false);
	answer_judge(&lookup->answer.verdict, step, tuple->family);
}
