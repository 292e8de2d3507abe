// SPDX-License-Identifier: GPL-2.0-only
/* The cells of an answer: a step, the verdict, and the socket found. */
#include <linux/bits.h>

#include "cells.h"
#include "lookup.h"
#include "tcp_lookup/contract.h"

/* The words of the contract, joined by ','. */
static char *cell_put_caveats(char *at, const struct tl_verdict *verdict)
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
		if (!(verdict->caveats & BIT(i)))
			continue;
		if (at != begin)
			*at++ = ',';
		at = tl_put_word(at, names[i]);
	}
	return at;
}

CELL(query, step, true, tl_put_number(at, step->query))
CELL(step, step, true, tl_put_known(at, step->name))
CELL(bucket, step, step->reached, tl_put_number(at, step->bucket))
CELL(walked, step, step->reached, tl_put_number(at, step->walked))
CELL(result, step, true, tl_put_known(at, step->result))
CELL(score, step, step->score > 0, tl_put_number(at, step->score))
CELL(agrees, verdict, true, tl_put_known(at, verdict->agrees))
CELL(verdict, verdict, true, tl_put_known(at, verdict->word))
CELL(handler, verdict, true, tl_put_known(at, verdict->handler))
CELL(caveat, verdict, verdict->caveats, cell_put_caveats(at, verdict))

static const struct tl_column cells[] = {
	COLUMN(query, TL_OF_STEP, 5),
	COLUMN(step, TL_OF_STEP, 15),
	COLUMN(bucket, TL_OF_STEP, 6),
	COLUMN(walked, TL_OF_STEP, 6),
	COLUMN(result, TL_OF_STEP, 7),
	COLUMN(score, TL_OF_STEP, 5),
	COLUMN(agrees, TL_OF_VERDICT, 6),
	COLUMN(verdict, TL_OF_VERDICT, 18),
	COLUMN(handler, TL_OF_VERDICT, 29),
	COLUMN(caveat, TL_OF_VERDICT, 6),
};

const struct tl_column_set tl_answer_columns = { cells, ARRAY_SIZE(cells), &tl_row_columns };
