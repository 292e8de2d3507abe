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
struct tl_verdict;
struct user_namespace;

/* What a column's values are made of: bits, each a member of struct tl_line. */
enum tl_source {
	TL_OF_ROW = 1,
	TL_OF_STEP = 2,
	TL_OF_VERDICT = 4,
	TL_OF_EVENT = 8,
};

/* The values of one line. NULL: none of that kind, its cells are "-". */
struct tl_line {
	const struct tl_row *row;
	struct user_namespace *user_ns;	/* the reader's: it determines the number of an owner */
	/* Only in the view "lookup". */
	const struct tl_step *step;
	const struct tl_verdict *verdict;
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
	const struct tl_column_set *more;	/* for names that are not among them */
};

extern const struct tl_column_set tl_row_columns;	/* row_cells.c */
extern const struct tl_column_set tl_answer_columns;	/* lookup_cells.c */
extern const struct tl_column_set tl_trace_columns;	/* trace_cells.c */

#define TL_COLUMNS_MAX 24
/* All columns and the blanks between them, in the header or in a line of "-". */
#define TL_WIDTHS_MAX 512

struct tl_columns {
	unsigned int count;
	const struct tl_column *at[TL_COLUMNS_MAX];
	char *(*put[TL_COLUMNS_MAX])(char *at, const struct tl_line *line);	/* its cell */
	u8 width[TL_COLUMNS_MAX];	/* for alignment; 0: the last one */
	unsigned int head;		/* so many columns at the beginning are in_head */
	unsigned int header_size;
	char header[TL_WIDTHS_MAX + 8];	/* blanks are written eight at a time */

	/*
	 * A line in which every value is "-", and where each column begins in it: columns
	 * that follow one another and lack their source are copied from it at once.
	 */
	char none[TL_WIDTHS_MAX];
	u16 begin[TL_COLUMNS_MAX + 1];
	u8 next_source[TL_COLUMNS_MAX];	/* the first column after this one that has another */
};

/* names: blank-separated. -EINVAL if a name is unknown, or there are too many. */
int tl_columns_resolve(struct tl_columns *columns, const struct tl_column_set *set,
		       const char *names);

/* No line is longer: a cell and its column's width are at most TL_CELL_MAX each. */
#define TL_LINE_MAX (TL_COLUMNS_MAX * (TL_CELL_MAX + 1))

/* How much text one read() makes before it returns to user space. */
#define TL_TEXT_SIZE 32768

/* For open: gives a seq_file this much room at once. 0 or -ENOMEM. */
int tl_columns_reserve(struct seq_file *seq);

/* Write a line at "at", where TL_LINE_MAX bytes are free, and return its end. */
char *tl_columns_put_header(char *at, const struct tl_columns *columns);
char *tl_columns_put_line(char *at, const struct tl_columns *columns, const struct tl_line *line);

/*
 * The same in two parts. The first, columns->head columns, is the same text for rows that are
 * tl_row_alike(), so that it can be copied from the line before.
 */
char *tl_columns_put_head(char *at, const struct tl_columns *columns, const struct tl_line *line);
char *tl_columns_put_rest(char *at, const struct tl_columns *columns, const struct tl_line *line);

/* For seq_operations::show. */
void tl_columns_show_header(struct seq_file *seq, const struct tl_columns *columns);
void tl_columns_show_line(struct seq_file *seq, const struct tl_columns *columns,
			  const struct tl_line *line);

#endif
