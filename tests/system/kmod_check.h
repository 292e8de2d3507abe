/* SPDX-License-Identifier: MIT */
/*
 * What kmod_poke says of the views, as TAP lines. The count is shared by all
 * processes that come from the one that called checks_begin().
 */
#ifndef KMOD_CHECK_H
#define KMOD_CHECK_H

#include <stdbool.h>

#include "kmod_view.h"

#define LOOKUP "/proc/thread-self/net/tcp_lookup/lookup"

void checks_begin(void);
int checks_end(void);	/* prints the plan; how many failed */

bool check(bool held, const char *what);

/* Runs a case as a child, alone in a namespace whose only link is lo (kmod_main.c). */
void run(const char *name, void (*test)(void));

/* A row with that cell, at once. */
bool in_view(const char *name, const char *column, const char *value);
/* Waits, 10 ms at a time and 10 s in all, for a row with both cells. */
bool appears(const char *name, const char *column, const char *value, const char *column2,
	     const char *value2);

/* Asks one question over a fresh descriptor. */
struct view ask(const char *question);
/* The verdict and the socket's cookie ("-": none), agreed upon. */
void check_verdict(const char *question, const char *verdict, const char *socket_cookie,
		   const char *caveat);
bool step_is(const char *question, const char *step, const char *result, const char *column,
	     const char *value);

#endif
