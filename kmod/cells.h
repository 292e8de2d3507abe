/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One cell of a line: the column's name and how its value is printed.
 * Every set of columns is a table made of these; see columns.h.
 */
#ifndef TCP_LOOKUP_CELLS_H
#define TCP_LOOKUP_CELLS_H

#include <linux/seq_file.h>
#include <linux/socket.h>

#include "columns.h"
#include "row.h"

struct tl_column {
	const char *name;
	/* For alignment: a longer value is printed whole, and shifts the rest. */
	unsigned int width;
	void (*show)(struct seq_file *seq, const struct tl_line *line);
};

static inline void tl_show_none(struct seq_file *seq)
{
	seq_putc(seq, '-');
}

static inline void tl_show_number(struct seq_file *seq, u64 number)
{
	seq_put_decimal_ull(seq, "", number);
}

static inline void tl_show_word(struct seq_file *seq, const char *word)
{
	seq_puts(seq, word && *word ? word : "-");
}

static inline void tl_show_flag(struct seq_file *seq, bool flag)
{
	seq_putc(seq, flag ? '1' : '0');
}

/* %pI4 and %pI6c print an address that is pointed to, not a pointer. */
static inline void tl_show_address(struct seq_file *seq, u16 family, const union tl_addr *addr)
{
	if (family == AF_INET6)
		seq_printf(seq, "%pI6c", &addr->v6);
	else
		seq_printf(seq, "%pI4", &addr->v4);
}

/* A cell that is "-" unless line->what is set and the condition holds. */
#define CELL(column, what, condition, print)					\
static void show_##column(struct seq_file *seq, const struct tl_line *line)	\
{										\
	const struct tl_##what *what = line->what;				\
										\
	if (what && (condition))						\
		print;								\
	else									\
		tl_show_none(seq);							\
}

#define COLUMN(column, width) { #column, width, show_##column }

#endif
