// SPDX-License-Identifier: MIT
#include "kmod_check.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmod_sockets.h"
#include "tcp_lookup/contract.h"

static struct { int checks, failed; } *tally;

void checks_begin(void)
{
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(tally != MAP_FAILED, "mmap");
}

int checks_end(void)
{
	printf("1..%d\n# failed %d\n", tally->checks, tally->failed);
	return tally->failed;
}

bool check(bool held, const char *what)
{
	printf("%s %d - %s\n", held ? "ok" : "not ok", ++tally->checks, what);
	if (!held)
		tally->failed++;
	fflush(stdout);
	return held;
}

bool appears(const char *name, const char *column, const char *value,
	     const char *column2, const char *value2)
{
	for (int i = 0; i < 1000; i++) {
		struct view view = view_read(name);
		bool found = find_row(&view, NULL, column, value, column2, value2, NULL);

		view_free(&view);
		if (found)
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

bool in_view(const char *name, const char *column, const char *value)
{
	struct view view = view_read(name);
	bool found = find_row(&view, NULL, column, value, NULL);

	view_free(&view);
	return found;
}

struct view ask(const char *question)
{
	int fd = open(LOOKUP, O_RDWR | O_CLOEXEC);
	struct view view;

	must(fd >= 0, LOOKUP);
	must(write(fd, question, strlen(question)) == (ssize_t)strlen(question), question);
	view = view_from_fd(fd, 65536);
	close(fd);
	return view;
}

void check_verdict(const char *question, const char *verdict, const char *socket_cookie,
			  const char *caveat)
{
	struct view view = ask(question);
	char what[200];

	snprintf(what, sizeof(what), "%.*s: %s, agrees", (int)strcspn(question, "\n"), question,
		 verdict);
	if (!check(view.count == 5 &&
		   find_row(&view, NULL, "step", TCP_LOOKUP_STEP_VERDICT, "verdict", verdict,
			    "cookie", socket_cookie, "agrees", "yes", "caveat", caveat, NULL),
		   what))
		for (int i = 0; i < view.count; i++)
			printf("# %s %s %s %s %s\n", cell(&view, &view.rows[i], "step"),
			       cell(&view, &view.rows[i], "result"),
			       cell(&view, &view.rows[i], "cookie"),
			       cell(&view, &view.rows[i], "agrees"),
			       cell(&view, &view.rows[i], "verdict"));
	view_free(&view);
}

bool step_is(const char *question, const char *step, const char *result,
		    const char *column, const char *value)
{
	struct view view = ask(question);
	bool is = find_row(&view, NULL, "step", step, "result", result, column, value, NULL);

	view_free(&view);
	return is;
}
