/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One cell of a line: the column's name and how its value is printed.
 * Every set of columns is a table made of these; see columns.h.
 */
#ifndef TCP_LOOKUP_CELLS_H
#define TCP_LOOKUP_CELLS_H

#include "columns.h"
#include "row.h"
#include "text.h"

struct tl_column {
	const char *name;
	/* Where its value comes from. "-" if the line does not have that. */
	enum tl_source source;
	/* For alignment: a longer value is printed whole, and shifts the rest. */
	unsigned int width;
	/* Like the functions of text.h. */
	char *(*put)(char *at, const struct tl_line *line);
	bool in_head;	/* the same for rows that are tl_row_alike() */
};

/* A cell that is "-" unless the condition holds. The line has the source of the value. */
#define CELL(column, what, condition, print)					\
static char *cell_##column(char *at, const struct tl_line *line)			\
{										\
	const struct tl_##what *what = line->what;				\
										\
	return (condition) ? (print) : tl_put_none(at);				\
}

#define COLUMN(column, source, width) { #column, source, width, cell_##column, false }
#define HEAD_COLUMN(column, source, width) { #column, source, width, cell_##column, true }

#endif
