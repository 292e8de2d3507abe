/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which socket would a SYN with this 4-tuple find, and what would handle it?
 *
 *	tl_lookup_ask(), for each query:
 *	text ─tl_queries_next()─▶ tl_tuple ─tl_lookup_answer()─▶ tl_answer ─▶ text
 *
 * The socket is looked up twice: by the kernel's own functions, whose result is the
 * verdict, and by walking the tables, which shows the steps that lead to it.
 */
#ifndef TCP_LOOKUP_LOOKUP_H
#define TCP_LOOKUP_LOOKUP_H

#include <linux/bits.h>

#include "columns.h"
#include "lookup_text.h"
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
	unsigned int device_column;	/* for refusals */

	/*
	 * What the receive path passes to the lookups (inet_iif(), inet_sdif()):
	 * the device and 0, or in a VRF the VRF and the device. 0 and 0 if none was
	 * given: then no socket that is bound to a device matches.
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

/* The text of one write, and how far it has been read. */
struct tl_queries {
	const char *at;
	const char *end;
	const char *line;	/* where the current line begins */
	unsigned int number;	/* of the line, from 1 */
	unsigned int count;	/* of the queries so far */
	bool verdicts;		/* nothing else is asked for */
	struct tl_refusal refusal;
};

/* Bits of tl_verdict::caveats, TCP_LOOKUP_CAVEAT_… in this order. */
#define TL_CAVEAT_SK_LOOKUP	BIT(0)
#define TL_CAVEAT_REUSEPORT	BIT(1)
#define TL_CAVEAT_INCOMING_CPU	BIT(2)
#define TL_CAVEAT_NO_DEVICE	BIT(3)

/* One line of an answer. */
struct tl_step {
	unsigned int query;		/* from 1 */
	const struct tl_word *name;
	const struct tl_word *result;
	bool reached;			/* bucket and walked are valid */
	u32 bucket;
	u32 walked;			/* sockets looked at, of any namespace */
	int score;			/* compute_score(); 0: none */

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

/* More about the last step. */
struct tl_verdict {
	const struct tl_word *agrees;
	const struct tl_word *word;
	const struct tl_word *handler;
	unsigned int caveats;
};

/* To one query. */
struct tl_answer {
	struct tl_step steps[TL_STEPS];
	struct tl_verdict verdict;
};

/*
 * The last walks of the bind tables in one write, one for each port modulo this number: a
 * batch that asks many times for one port walks its sockets once.
 */
#define TL_BIND_MEMOS 16

struct tl_bind_memo {
	u64 write;		/* tl_lookup::writes when it was made; 0: never */
	struct tl_tuple tuple;
	struct tl_step step;
};

/* One open file of the view: who asks, and the answer to the last write. */
struct tl_lookup {
	struct net *net;
	struct user_namespace *user_ns;	/* see struct tl_line */
	struct tl_columns columns;
	struct tl_answer answer;	/* to the query at hand */
	u64 writes;
	struct tl_bind_memo bind_memos[TL_BIND_MEMOS];
	struct tl_text text;
};

/*
 * Answers every query in size bytes of text, which a newline must follow, or refuses all
 * of them: lookup->text is then the answer or the refusal. 0, or the refusal's
 * negative errno; -ERESTARTSYS if a signal arrived. May sleep.
 */
int tl_lookup_ask(struct tl_lookup *lookup, const char *text, size_t size);
int tl_lookup_refuse(struct tl_lookup *lookup, int err, const char *reason);

/*
 * The queries in size bytes of text, one after the other; text[size] must be '\n'. Next
 * fills all of tuple but dif and sdif. 1, 0 at the end, or a negative errno with
 * queries->refusal filled. Pure.
 */
void tl_queries_begin(struct tl_queries *queries, const char *text, size_t size);
int tl_queries_next(struct tl_queries *queries, struct tl_tuple *tuple);

/* Fills lookup->answer. May sleep. */
void tl_lookup_answer(struct tl_lookup *lookup, const struct tl_tuple *tuple,
		      unsigned int query);
/*
 * Fills only what tl_lookup_print_verdict() needs: the kernel's own lookup, without the
 * steps, so that there is nothing to compare it with.
 */
void tl_lookup_verdict(struct tl_lookup *lookup, const struct tl_tuple *tuple,
		       unsigned int query);

/* The module's own walk through ehash and lhash2. Returns caveats. */
unsigned int tl_lookup_walk(struct net *net, const struct tl_tuple *tuple,
			    struct tl_step *steps);

/*
 * Which socket holds the destination port, whether it listens or not. Looks at no
 * more than TL_WALK_MAX sockets on the destination address or the wildcard.
 */
void tl_lookup_bind(struct net *net, const struct tl_tuple *tuple, struct tl_step *step);
/* The same step, skipped: an earlier step has found the socket. */
void tl_lookup_bind_skip(struct net *net, const struct tl_tuple *tuple, struct tl_step *step);

/*
 * Calls the kernel's own functions, and fills result, found and row (whole, or only
 * what tl_row_identify() fills). Returns caveats.
 */
unsigned int tl_lookup_kernel(struct net *net, const struct tl_tuple *tuple,
			      struct tl_step *step, bool whole_row);

/*
 * Lines of lookup->text, which has TL_TEXT_SIZE bytes since the file was opened. A header
 * or a refusal replaces what is there, an answer or a verdict is appended. 0 or -ENOMEM.
 */
void tl_lookup_print_header(struct tl_lookup *lookup);
void tl_lookup_print_verdicts_header(struct tl_lookup *lookup);
int tl_lookup_print_answer(struct tl_lookup *lookup);
int tl_lookup_print_verdict(struct tl_lookup *lookup);
void tl_lookup_print_refusal(struct tl_lookup *lookup, const struct tl_refusal *refusal);

#endif
