/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values → text. A view names its columns by the string of the contract. The
 * header line is printed from that string, and it also selects how each cell
 * is printed. So header and rows always agree.
 */
#ifndef TCP_LOOKUP_COLUMNS_H
#define TCP_LOOKUP_COLUMNS_H

struct net;
struct seq_file;
struct tl_row;
struct tl_step;
struct tl_event;

/* The values of one line. NULL: none of that kind, its cells are "-". */
struct tl_line {
	const struct tl_row *row;
	const struct tl_step *step;	/* only in the view "lookup" */
	/* Only in the view "trace"; net is the namespace of device names. */
	const struct tl_event *event;
	struct net *net;
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

void tl_columns_show_header(struct seq_file *seq, const struct tl_columns *columns);
void tl_columns_show_line(struct seq_file *seq, const struct tl_columns *columns,
			  const struct tl_line *line);

#endif
