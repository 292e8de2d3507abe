// SPDX-License-Identifier: MIT
#include "kmod_churn.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_churners.h"
#include "kmod_diag.h"
#include "kmod_dumps.h"
#include "kmod_lasting.h"
#include "kmod_sockets.h"
#include "kmod_view.h"
#include "tcp_lookup/contract.h"

/* More of them than the module copies under one hold of a lock (kmod/walk.h). */
int churn_sockets = 300, churn_dumps = 10;

enum {
	IN_EHASH = 1 << CONNECTED,
	IN_LISTENERS = 1 << LISTENING,
	IN_BOUND = 1 << CONNECTED | 1 << LISTENING | 1 << BOUND_ONLY,
};

/* --- dumps --------------------------------------------------------------------- */

struct dumps {
	const char *name;
	struct differences differences;
};

static void print_dumps(const struct dumps *dumps, int count)
{
	printf("# %d dumps of %s: missed %lu, repeated %lu, of another role %lu\n", count,
	       dumps->name, dumps->differences.missed, dumps->differences.repeated,
	       dumps->differences.wrong);
}

static bool is_exact(const struct dumps *dumps)
{
	const struct differences *found = &dumps->differences;

	return !found->missed && !found->repeated && !found->wrong;
}

static void dump_once(struct crowd *crowd, struct dumps *dumps, unsigned int roles, size_t piece)
{
	dump_view(crowd, dumps->name, piece);
	crowd_compare(crowd, roles, 0, &dumps->differences);
}

/* --- lookups -------------------------------------------------------------------- */

static char *put_end(char *at, const union address *end)
{
	char text[INET6_ADDRSTRLEN];
	bool v6 = end->any.sa_family == AF_INET6;

	must(inet_ntop(end->any.sa_family, v6 ? (const void *)&end->v6.sin6_addr :
						 (const void *)&end->v4.sin_addr,
		       text, sizeof(text)) != NULL, "inet_ntop");
	return at + sprintf(at, v6 ? "[%s]:%d" : "%s:%d", text, ntohs(end->v4.sin_port));
}

/* The segment that it would get: from the other end, or from anywhere on its own address. */
static char *put_tuple(char *at, const struct lasting *one)
{
	union address anywhere = one->local;

	anywhere.v4.sin_port = htons(1);
	at = put_end(at, one->role == CONNECTED ? &one->remote : &anywhere);
	*at++ = ' ';
	at = put_end(at, &one->local);
	*at++ = '\n';
	return at;
}

static bool row_has(const struct view *view, const struct line *row, const char *column,
		    const char *value)
{
	const char *is = cell(view, row, column);

	return is && !strcmp(is, value);
}

/* Five rows a question: the socket is the verdict's, or nobody's and the bind step's. */
static bool is_found(const struct view *view, const struct line *steps, const struct lasting *one)
{
	const struct line *bind = steps + 3, *verdict = steps + 4;
	char is[24];

	snprintf(is, sizeof(is), "%" PRIu64, one->cookie);
	return row_has(view, bind, "step", TCP_LOOKUP_STEP_BIND) &&
	       row_has(view, verdict, "step", TCP_LOOKUP_STEP_VERDICT) &&
	       row_has(view, verdict, "agrees", "yes") &&
	       row_has(view, one->role == BOUND_ONLY ? bind : verdict, "cookie", is);
}

static bool is_verdict(const struct view *view, const struct line *row, const struct lasting *one)
{
	char is[24];

	snprintf(is, sizeof(is), "%" PRIu64, one->cookie);
	return row_has(view, row, "cookie", one->role == BOUND_ONLY ? "-" : is);
}

/* Asks for up to so many of them at once; how many were not found. */
static int ask_for(const struct lasting *some, int count, bool verdicts)
{
	static char text[TCP_LOOKUP_WRITE_MAX];
	int rows = verdicts ? 1 : 5, wrong = 0;
	char *at = text;
	struct view view;

	if (verdicts)
		at += sprintf(at, "%s\n", TCP_LOOKUP_VERDICTS);
	for (int i = 0; i < count; i++)
		at = put_tuple(at, &some[i]);
	*at = '\0';
	view = ask(text);
	must(view.count == rows * count, "as many rows as were asked for");
	for (int i = 0; i < count; i++)
		wrong += !(verdicts ? is_verdict(&view, &view.rows[i], &some[i]) :
				      is_found(&view, &view.rows[rows * i], &some[i]));
	view_free(&view);
	return wrong;
}

/* Each socket, by the view's two ways and by sock_diag's own lookup. */
struct lookups { int asked, by_steps, by_verdict, by_diag; };

static void look_up_all(const struct crowd *crowd, struct lookups *wrong)
{
	enum { AT_ONCE = 200 };

	for (int i = 0; i < crowd->count; i += AT_ONCE) {
		int count = crowd->count - i < AT_ONCE ? crowd->count - i : AT_ONCE;

		wrong->by_steps += ask_for(&crowd->all[i], count, false);
		wrong->by_verdict += ask_for(&crowd->all[i], count, true);
	}
	for (int i = 0; i < crowd->count; i++) {
		const struct lasting *one = &crowd->all[i];

		if (one->role != BOUND_ONLY)
			wrong->by_diag += diag_find(&one->local, one->role == CONNECTED ?
						    &one->remote : NULL) != one->cookie;
	}
	wrong->asked += crowd->count;
}

/* --- all ---------------------------------------------------------------------------- */

void churn(void)
{
	enum { LOOKUPS_EVERY = 10 };
	struct dumps ehash = {.name = "ehash"}, bound = {.name = "bound"};
	struct dumps listeners = {.name = "listeners"}, diag = {.name = "sock_diag"};
	struct dumps proc = {.name = "/proc/net/tcp"};
	struct lookups wrong = {0};
	int servers[2], disagreed = 0;
	struct crowd crowd = crowd_make(churn_sockets, servers);
	struct churners churners = churners_start(servers[0]);
	char tuple[64];

	snprintf(tuple, sizeof(tuple), "127.0.0.1:%d 127.0.0.1:%d", CHURN_CLIENT_PORT,
		 CHURN_SERVER_PORT);
	for (int i = 0; i < churn_dumps; i++) {
		size_t piece = i % 2 ? 100 : 65536;

		dump_once(&crowd, &ehash, IN_EHASH, piece);
		/* Many of these are in one bucket: they share the server's port. */
		dump_once(&crowd, &bound, IN_BOUND, piece);
		dump_once(&crowd, &listeners, IN_LISTENERS, piece);
		dump_proc(&crowd);
		crowd_compare(&crowd, IN_EHASH | IN_LISTENERS, 0, &proc.differences);
		dump_diag(&crowd);
		/* Since 6.8 it also lists sockets that are only bound. */
		crowd_compare(&crowd, IN_EHASH | IN_LISTENERS, 1 << BOUND_ONLY, &diag.differences);
		disagreed += !step_is(tuple, "verdict", "hit", "agrees", "yes");
		if (i % LOOKUPS_EVERY == 0)
			look_up_all(&crowd, &wrong);
	}
	churners_stop(&churners);

	printf("# %d sockets that last\n", crowd.count);
	print_dumps(&ehash, churn_dumps);
	print_dumps(&bound, churn_dumps);
	print_dumps(&listeners, churn_dumps);
	print_dumps(&proc, churn_dumps);
	print_dumps(&diag, churn_dumps);
	printf("# %d times a socket was looked up; not found: by steps %d, by verdict %d, "
	       "by sock_diag %d\n", wrong.asked, wrong.by_steps, wrong.by_verdict, wrong.by_diag);
	check(is_exact(&ehash) && is_exact(&bound) && is_exact(&listeners),
	      "churn: each lasting socket exactly once in every dump");
	check(wrong.asked > 0 && !wrong.by_steps && !wrong.by_verdict && !wrong.by_diag,
	      "churn: each lasting socket is found by every lookup, and they agree");
	check(disagreed == 0, "churn: walk and kernel agree on a 4-tuple that comes and goes");
}
