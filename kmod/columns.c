// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cells.h"
#include "columns.h"

static const struct tl_column *column_set_find(const struct tl_column_set *set,
					       const char *name, size_t length)
{
	unsigned int i;

	for (i = 0; i < set->count; i++)
		if (strlen(set->cells[i].name) == length &&
		    !strncmp(set->cells[i].name, name, length))
			return &set->cells[i];
	return NULL;
}

int tl_columns_resolve(struct tl_columns *columns, const struct tl_column_set *set,
		       const char *names)
{
	const struct tl_column *column;
	size_t length;

	columns->count = 0;
	for (; *names; names += length + strspn(names + length, " ")) {
		length = strcspn(names, " ");
		column = column_set_find(set, names, length);
		if (!column || columns->count == TL_COLUMNS_MAX)
			return -EINVAL;
		columns->at[columns->count++] = column;
	}
	return 0;
}

/*
 * What is behind a value: blanks up to the column's width, one at least. They are
 * written eight at a time, and the next value overwrites those that are too many.
 */
static char *column_end(char *at, char *begin, const struct tl_columns *columns,
			unsigned int column)
{
	char *next = max(at, begin + columns->at[column]->width) + 1;

	if (column + 1 == columns->count) {
		*at = '\n';
		return at + 1;
	}
	for (; at < next; at += 8)
		memcpy(at, "        ", 8);
	return next;
}

static char *columns_put_header(char *at, const struct tl_columns *columns)
{
	unsigned int i;

	for (i = 0; i < columns->count; i++)
		at = column_end(tl_put_word(at, columns->at[i]->name), at, columns, i);
	return at;
}

char *tl_columns_put_line(char *at, const struct tl_columns *columns, const struct tl_line *line)
{
	unsigned int i;

	for (i = 0; i < columns->count; i++)
		at = column_end(columns->at[i]->put(at, line), at, columns, i);
	return at;
}

int tl_columns_reserve(struct seq_file *seq)
{
	seq->buf = kvmalloc(TL_TEXT_SIZE, GFP_KERNEL_ACCOUNT);
	if (!seq->buf)
		return -ENOMEM;
	seq->size = TL_TEXT_SIZE;
	return 0;
}

/* Where the next line goes; NULL: no room, seq_file calls again with an empty buffer. */
static char *columns_room(struct seq_file *seq)
{
	char *at;

	if (seq_get_buf(seq, &at) >= TL_LINE_MAX)
		return at;
	seq_commit(seq, -1);
	return NULL;
}

void tl_columns_show_header(struct seq_file *seq, const struct tl_columns *columns)
{
	char *at = columns_room(seq);

	if (at)
		seq_commit(seq, columns_put_header(at, columns) - at);
}

void tl_columns_show_line(struct seq_file *seq, const struct tl_columns *columns,
			  const struct tl_line *line)
{
	char *at = columns_room(seq);

	if (at)
		seq_commit(seq, tl_columns_put_line(at, columns, line) - at);
}
