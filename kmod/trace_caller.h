/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The function that called a probed one, by the address that the probed one returns to.
 *
 * To find a symbol's name the kernel decompresses it, which takes longer than printing
 * a whole row. Few functions call the probed ones, so each reader caches their names.
 */
#ifndef TCP_LOOKUP_TRACE_CALLER_H
#define TCP_LOOKUP_TRACE_CALLER_H

#include "text.h"

struct tl_caller {
	unsigned long address;	/* 0: free */
	char name[TL_CELL_MAX];	/* without offset and module; empty: not the kernel's */
	/* Why it looks up a socket: TCP_LOOKUP_DETAIL_…; NULL: to receive, or not known. */
	const char *purpose;
	bool known;		/* purpose is valid */
};

/* A power of two. */
#define TL_CALLERS 32

struct tl_callers {
	struct tl_caller at[TL_CALLERS];
};

/*
 * The caller to which this address returns; valid until the next call. Calls for one
 * reader must not overlap.
 */
const struct tl_caller *tl_caller_find(struct tl_callers *callers, unsigned long address);

#endif
