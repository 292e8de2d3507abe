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

	for (; set; set = set->more)
		for (i = 0; i < set->count; i++)
			if (strlen(set->cells[i].name) == length &&
			    !strncmp(set->cells[i].name, name, length))
				return &set->cells[i];
	return NULL;
}

/*
 * Writes the blanks after a value, up to the column's width, at least one. They are
 * written eight at a time, and the next value overwrites the surplus.
 */
static __always_inline char *column_end(char *at, char *begin, unsigned int width)
{
	char *next = max(at, begin + width) + 1;

	do {
		memcpy(at, "        ", 8);
		at += 8;
	} while (at < next);
	return next;
}

/* The last column has no width: the blank after its value becomes the line's end. */
static char *line_end(char *at)
{
	at[-1] = '\n';
	return at;
}

/* Fills everything that does not depend on the lines. -EINVAL: too wide. */
static int columns_prepare(struct tl_columns *columns)
{
	unsigned int begin = 0, header = 0, i;
	char *at = columns->header;

	for (i = 0; i < columns->count; i++) {
		columns->put[i] = columns->at[i]->put;
		columns->width[i] = i + 1 < columns->count ? columns->at[i]->width : 0;
		columns->begin[i] = begin;
		begin += max_t(unsigned int, columns->width[i], 1) + 1;
		header += max_t(size_t, columns->width[i], strlen(columns->at[i]->name)) + 1;
	}
	columns->begin[i] = begin;
	if (max(begin, header) > TL_WIDTHS_MAX)
		return -EINVAL;

	columns->head = 0;
	while (columns->head < columns->count && columns->at[columns->head]->in_head)
		columns->head++;

	for (i = 0; i < columns->count; i++)
		at = column_end(tl_put_word(at, columns->at[i]->name), at, columns->width[i]);
	columns->header_size = line_end(at) - columns->header;

	memset(columns->none, ' ', begin);
	while (i--) {
		bool same = i + 1 < columns->count &&
			    columns->at[i]->source == columns->at[i + 1]->source;

		columns->none[columns->begin[i]] = '-';
		columns->next_source[i] = same ? columns->next_source[i + 1] : i + 1;
	}
	return 0;
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
	return columns->count ? columns_prepare(columns) : -EINVAL;
}

char *tl_columns_put_header(char *at, const struct tl_columns *columns)
{
	memcpy(at, columns->header, columns->header_size);
	return at + columns->header_size;
}

/* What this line has: bits of enum tl_source. */
static unsigned int line_sources(const struct tl_line *line)
{
	return (line->row ? TL_OF_ROW : 0) | (line->step ? TL_OF_STEP : 0) |
	       (line->verdict ? TL_OF_VERDICT : 0) | (line->event ? TL_OF_EVENT : 0);
}

/* "-" from this column on to the next that has another source. */
static char *columns_put_none(char *at, const struct tl_columns *columns, unsigned int from)
{
	unsigned int begin = columns->begin[from];
	unsigned int size = columns->begin[columns->next_source[from]] - begin;

	memcpy(at, columns->none + begin, size);
	return at + size;
}

char *tl_columns_put_head(char *at, const struct tl_columns *columns, const struct tl_line *line)
{
	unsigned int i;

	for (i = 0; i < columns->head; i++)
		at = column_end(columns->put[i](at, line), at, columns->width[i]);
	return at;
}

static char *columns_put_from(char *at, const struct tl_columns *columns,
			      const struct tl_line *line, unsigned int i)
{
	unsigned int sources = line_sources(line), next;

	while (i < columns->count) {
		next = columns->next_source[i];
		if (!(sources & columns->at[i]->source)) {
			at = columns_put_none(at, columns, i);
			i = next;
		}
		for (; i < next; i++)
			at = column_end(columns->put[i](at, line), at, columns->width[i]);
	}
	return line_end(at);
}

char *tl_columns_put_line(char *at, const struct tl_columns *columns, const struct tl_line *line)
{
	return columns_put_from(at, columns, line, 0);
}

char *tl_columns_put_rest(char *at, const struct tl_columns *columns, const struct tl_line *line)
{
	return columns_put_from(at, columns, line, columns->head);
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
		seq_commit(seq, tl_columns_put_header(at, columns) - at);
}

void tl_columns_show_line(struct seq_file *seq, const struct tl_columns *columns,
			  const struct tl_line *line)
{
	char *at = columns_room(seq);

	if (at)
		seq_commit(seq, tl_columns_put_line(at, columns, line) - at);
}
