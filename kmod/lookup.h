/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "What would a SYN with this 4-tuple meet?"
 *
 *	tl_lookup_ask():
 *	text ──tl_lookup_parse()──▶ tl_tuple ──tl_lookup_answer()──▶ tl_step …
 *
 * An answer is found twice: by the kernel's own lookup functions, whose result is
 * the verdict, and by walking the tables, which shows the steps to it.
 */
#ifndef TCP_LOOKUP_LOOKUP_H
#define TCP_LOOKUP_LOOKUP_H

#include <linux/bits.h>

#include "row.h"

struct net;

/* As the segment carries it; ports in host byte order. */
struct tl_tuple {
	u16 family;
	union tl_addr source;
	union tl_addr destination;
	u16 source_port;
	u16 destination_port;

	char device[IFNAMSIZ];		/* empty: not given */
	unsigned int line;		/* of the query, for refusals */
	unsigned int device_column;

	/*
	 * What the receive path hands to the lookups (inet_iif(), inet_sdif()):
	 * the device, or its VRF and then the device. 0, 0 if none was given:
	 * then no socket that is bound to a device matches.
	 */
	int dif;
	int sdif;
};

/* Why a write was refused. line and column count from 1; 0: not about a place. */
struct tl_refusal {
	int err;
	unsigned int line;
	unsigned int column;
	const char *reason;	/* words joined by '_' */
};

/* Bits of tl_step::caveats, TCP_LOOKUP_CAVEAT_… in this order. */
#define TL_CAVEAT_SK_LOOKUP	BIT(0)
#define TL_CAVEAT_REUSEPORT	BIT(1)
#define TL_CAVEAT_INCOMING_CPU	BIT(2)
#define TL_CAVEAT_NO_DEVICE	BIT(3)

/* One line of an answer. Strings are NULL where they do not apply. */
struct tl_step {
	unsigned int query;		/* from 1 */
	const char *name;
	const char *result;
	bool reached;			/* bucket and walked mean something */
	u32 bucket;
	u32 walked;			/* sockets looked at, of any namespace */
	int score;			/* compute_score(); 0: none */

	/* Of the last step, the verdict, only. */
	const char *agrees;
	const char *verdict;
	const char *handler;
	unsigned int caveats;

	bool found;			/* row is filled */
	struct tl_row row;
};

enum tl_step_index {
	TL_STEP_EHASH,
	TL_STEP_EXACT,
	TL_STEP_WILDCARD,
	TL_STEP_BIND,
	TL_STEP_VERDICT,
	TL_STEPS,
};

/* The result of one write: steps, TL_STEPS per query, or a refusal. */
struct tl_answer {
	struct tl_step *steps;
	unsigned int capacity;		/* of steps: kept for the next write */
	unsigned int count;
	struct tl_refusal refusal;	/* err 0: none */
};

/*
 * Answers every query in size bytes of text, or refuses all of them: replaces an older
 * answer. 0, or the negative errno of answer->refusal; -ERESTARTSYS if a signal came.
 * May sleep.
 */
int tl_lookup_ask(struct net *net, const char *text, size_t size, struct tl_answer *answer);
int tl_lookup_refuse(struct tl_answer *answer, int err, const char *reason);
void tl_answer_free(struct tl_answer *answer);

/*
 * Parses size bytes of text into at most max tuples, all but dif and sdif.
 * Their number, or a negative errno with *refusal filled. Pure.
 */
int tl_lookup_parse(const char *text, size_t size, struct tl_tuple *tuples,
		    unsigned int max, struct tl_refusal *refusal);

/* Fills steps[TL_STEPS]. May sleep. */
void tl_lookup_answer(struct net *net, const struct tl_tuple *tuple, unsigned int query,
		      struct tl_step *steps);

/* The module's own walk through ehash and lhash2. Returns caveats. */
unsigned int tl_lookup_walk(struct net *net, const struct tl_tuple *tuple,
			    struct tl_step *steps);

/*
 * Which socket holds the destination port, whether it listens or not. Looks at no
 * more than TL_WALK_MAX sockets on the destination address or the wildcard.
 */
void tl_lookup_bind(struct net *net, const struct tl_tuple *tuple, struct tl_step *step);
/* The same step, skipped: another socket takes the SYN. */
void tl_lookup_bind_skip(struct net *net, const struct tl_tuple *tuple, struct tl_step *step);

/* The kernel's own functions: result, found and row. Returns caveats. */
unsigned int tl_lookup_kernel(struct net *net, const struct tl_tuple *tuple,
			      struct tl_step *step);

/* The words of the contract, joined by ','; "-" if there are none. As in text.h. */
char *tl_step_put_caveats(char *at, const struct tl_step *step);

#endif
