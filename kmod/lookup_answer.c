// SPDX-License-Identifier: GPL-2.0-only
/* One answer: the steps, the verdict, and whether both lookups agree. */
#include <linux/preempt.h>
#include <linux/stddef.h>
#include <linux/string.h>
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

static void answer_name_steps(struct tl_step *steps, unsigned int query)
{
	static const char * const names[TL_STEPS] = {
		[TL_STEP_EHASH] = TCP_LOOKUP_STEP_EHASH,
		[TL_STEP_EXACT] = TCP_LOOKUP_STEP_EXACT,
		[TL_STEP_WILDCARD] = TCP_LOOKUP_STEP_WILDCARD,
		[TL_STEP_BIND] = TCP_LOOKUP_STEP_BIND,
		[TL_STEP_VERDICT] = TCP_LOOKUP_STEP_VERDICT,
	};
	int i;

	for (i = 0; i < TL_STEPS; i++) {
		memset(&steps[i], 0, offsetof(struct tl_step, row));
		steps[i].query = query;
		steps[i].name = names[i];
	}
}

/* What tcp_v4_rcv(), tcp_v6_rcv() and tcp_rcv_state_process() do with a SYN. */
static void answer_judge(struct tl_step *step, u16 family)
{
	if (!step->found) {
		step->verdict = TCP_LOOKUP_VERDICT_RST;
		step->handler = family == AF_INET6 ? "tcp_v6_send_reset" : "tcp_v4_send_reset";
	} else if (step->row.kind == TL_KIND_TIMEWAIT) {
		step->verdict = TCP_LOOKUP_VERDICT_TIME_WAIT;
		step->handler = "tcp_timewait_state_process";
	} else if (step->row.kind == TL_KIND_REQUEST) {
		step->verdict = TCP_LOOKUP_VERDICT_REQUEST;
		step->handler = "tcp_check_req";
	} else if (step->row.state == TCP_LISTEN) {
		step->verdict = TCP_LOOKUP_VERDICT_CONN_REQUEST;
		step->handler = "tcp_conn_request";
	} else if (step->row.state == TCP_SYN_SENT) {
		step->verdict = TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN;
		step->handler = "tcp_rcv_synsent_state_process";
	} else {
		/* RFC 5961, section 4: a SYN is never good in these states. */
		step->verdict = TCP_LOOKUP_VERDICT_CHALLENGE_ACK;
		step->handler = "tcp_validate_incoming";
	}
}

void tl_lookup_answer(struct net *net, const struct tl_tuple *tuple, unsigned int query,
		      struct tl_step *steps)
{
	struct tl_step *verdict = &steps[TL_STEP_VERDICT];
	unsigned int caveats;
	bool agree;
	int attempt = 0;

	do {
		answer_name_steps(steps, query);
		/* SO_INCOMING_CPU depends on the current CPU: stay on it. */
		migrate_disable();
		caveats = tl_lookup_walk(net, tuple, steps);
		caveats |= tl_lookup_kernel(net, tuple, verdict);
		migrate_enable();
		agree = answer_agrees(steps);
	} while (!agree && ++attempt < ANSWER_ATTEMPTS);

	/* The socket that takes the SYN holds the port; its bind table may be long. */
	if (answer_found_by_walk(steps))
		tl_lookup_bind_skip(net, tuple, &steps[TL_STEP_BIND]);
	else
		tl_lookup_bind(net, tuple, &steps[TL_STEP_BIND]);
	answer_judge(verdict, tuple->family);
	verdict->agrees = agree ? "yes" : "no";
	verdict->caveats = caveats;
}

char *tl_step_put_caveats(char *at, const struct tl_step *step)
{
	static const char * const names[] = {
		TCP_LOOKUP_CAVEAT_SK_LOOKUP,
		TCP_LOOKUP_CAVEAT_REUSEPORT,
		TCP_LOOKUP_CAVEAT_INCOMING_CPU,
		TCP_LOOKUP_CAVEAT_NO_DEVICE,
	};
	const char *begin = at;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(step->caveats & BIT(i)))
			continue;
		if (at != begin)
			*at++ = ',';
		at = tl_put_word(at, names[i]);
	}
	return at == begin ? tl_put_none(at) : at;
}
