/* SPDX-License-Identifier: MIT */
/*
 * The least that a C program needs to read the module's views: a view as rows
 * of words, found by the names in its header. For kmod_poke, which must be
 * small and static; the orchestrator has a reader of its own.
 */
#ifndef KMOD_VIEW_H
#define KMOD_VIEW_H

#include <stddef.h>

enum { MAX_COLUMNS = 32 };

struct line {
	int words;
	char *word[MAX_COLUMNS];
};

struct view {
	char *text;		/* owns what the words point into */
	struct line header;
	struct line *rows;
	int count;
};

/*
 * Reads all of an open file in pieces of at most piece bytes, or until a read
 * would have to wait. Exits on error.
 */
struct view view_from_fd(int fd, size_t piece);
/* Opens /proc/thread-self/net/tcp_lookup/NAME and reads it. */
struct view view_read(const char *name);
void view_free(struct view *view);

/* The cell of a row, or NULL if the view has no such column. */
const char *cell(const struct view *view, const struct line *row, const char *column);

/*
 * The next row after `after` (NULL: the first) whose cells are these:
 * name, value, name, value, ..., NULL. NULL: there is none.
 */
const struct line *find_row(const struct view *view, const struct line *after, ...);

#endif
