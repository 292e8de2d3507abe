// SPDX-License-Identifier: GPL-2.0-only
/* Answers and refusals → the lines of the view "lookup". */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "lookup.h"
#include "tcp_lookup/contract.h"
#include "text.h"

static const char *refusal_errno_name(int err)
{
	switch (err) {
	case -EINVAL:
		return "EINVAL";
	case -E2BIG:
		return "E2BIG";
	case -ENOMEM:
		return "ENOMEM";
	default:	/* -ERESTARTSYS, which user space never sees */
		return "EINTR";
	}
}

void tl_lookup_print_header(struct tl_lookup *lookup)
{
	lookup->text.used = 0;
	tl_text_end(&lookup->text, tl_columns_put_header(lookup->text.bytes, &lookup->columns));
}

void tl_lookup_print_verdicts_header(struct tl_lookup *lookup)
{
	static const char header[] = TCP_LOOKUP_COLUMNS_VERDICTS "\n";

	lookup->text.used = strlen(header);
	memcpy(lookup->text.bytes, header, strlen(header));
}

int tl_lookup_print_answer(struct tl_lookup *lookup)
{
	const struct tl_answer *answer = &lookup->answer;
	struct tl_line line = { .user_ns = lookup->user_ns };
	struct tl_text *text = &lookup->text;
	unsigned int i;
	char *at;

	if (tl_text_reserve(text, TL_STEPS * TL_LINE_MAX))
		return -ENOMEM;
	at = tl_text_at(text);
	for (i = 0; i < TL_STEPS; i++) {
		line.step = &answer->steps[i];
		line.row = line.step->found ? &line.step->row : NULL;
		line.verdict = i == TL_STEP_VERDICT ? &answer->verdict : NULL;
		at = tl_columns_put_line(at, &lookup->columns, &line);
	}
	tl_text_end(text, at);
	return 0;
}

/* Without struct tl_columns: aligning these few cells would take longer than the lookup. */
int tl_lookup_print_verdict(struct tl_lookup *lookup)
{
	const struct tl_answer *answer = &lookup->answer;
	const struct tl_step *step = &answer->steps[TL_STEP_VERDICT];
	struct tl_text *text = &lookup->text;
	char *at;

	BUILD_BUG_ON(strcmp(TCP_LOOKUP_COLUMNS_VERDICTS, "query verdict state cookie"));
	if (tl_text_reserve(text, TL_LINE_MAX))
		return -ENOMEM;
	at = tl_put_number(tl_text_at(text), step->query);
	*at++ = ' ';
	at = tl_put_known(at, answer->verdict.word);
	*at++ = ' ';
	if (step->found) {
		at = tl_put_known(at, tl_state_name(step->row.state));
		*at++ = ' ';
		at = tl_put_number(at, step->row.cookie);
	} else {
		at = tl_put_none(at);
		*at++ = ' ';
		at = tl_put_none(at);
	}
	*at++ = '\n';
	tl_text_end(text, at);
	return 0;
}

void tl_lookup_print_refusal(struct tl_lookup *lookup, const struct tl_refusal *refusal)
{
	char line[12] = "-", column[12] = "-";

	BUILD_BUG_ON(strcmp(TCP_LOOKUP_COLUMNS_LOOKUP_ERROR, "error line column reason"));
	if (refusal->line) {
		snprintf(line, sizeof(line), "%u", refusal->line);
		snprintf(column, sizeof(column), "%u", refusal->column);
	}
	lookup->text.used = scnprintf(lookup->text.bytes, TL_TEXT_SIZE,
				      "error  line column reason\n%-6s %-4s %-6s %s\n",
				      refusal_errno_name(refusal->err), line, column,
				      refusal->reason);
}
