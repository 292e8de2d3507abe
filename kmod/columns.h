/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values → text. A view names its columns by the string of the contract. The
 * header line is printed from that string, and it also selects how each cell
 * is printed. So header and rows always agree.
 */
#ifndef TCP_LOOKUP_COLUMNS_H
#define TCP_LOOKUP_COLUMNS_H

#include "text.h"

struct net;
struct seq_file;
struct tl_callers;
struct tl_event;
struct tl_row;
struct tl_step;
struct user_namespace;

/* The values of one line. NULL: none of that kind, its cells are "-". */
struct tl_line {
	const struct tl_row *row;
	struct user_namespace *user_ns;	/* the reader's, in which an owner has his number */
	const struct tl_step *step;	/* only in the view "lookup" */
	/* Only in the view "trace"; net is the namespace of device names. */
	const struct tl_event *event;
	struct net *net;
	struct tl_callers *callers;
};

/* The columns that a view may choose from. */
struct tl_column;
struct tl_column_set {
	const struct tl_column *cells;
	unsigned int count;
};

extern const struct tl_column_set tl_row_columns;	/* row_cells.c */
extern const struct tl_column_set tl_trace_columns;	/* trace_cells.c */

#define TL_COLUMNS_MAX 24

struct tl_columns {
	unsigned int count;
	const struct tl_column *at[TL_COLUMNS_MAX];
};

/* names: blank-separated. -EINVAL if a name is unknown or there are too many. */
int tl_columns_resolve(struct tl_columns *columns, const struct tl_column_set *set,
		       const char *names);

/* No line is longer: a cell and its column's width are at most TL_CELL_MAX each. */
#define TL_LINE_MAX (TL_COLUMNS_MAX * (TL_CELL_MAX + 1))

/* How much text one read() makes before it returns to user space. */
#define TL_TEXT_SIZE 32768

/* For open: gives a seq_file this much room at once. 0 or -ENOMEM. */
int tl_columns_reserve(struct seq_file *seq);

/* Writes a line at "at", where TL_LINE_MAX bytes are free, and returns its end. */
char *tl_columns_put_line(char *at, const struct tl_columns *columns, const struct tl_line *line);

/* For seq_operations::show. */
void tl_columns_show_header(struct seq_file *seq, const struct tl_columns *columns);
void tl_columns_show_line(struct seq_file *seq, const struct tl_columns *columns,
			  const struct tl_line *line);

#endif
