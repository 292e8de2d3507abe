// SPDX-License-Identifier: GPL-2.0-only
#include <linux/seq_file.h>
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

void tl_columns_show_header(struct seq_file *seq, const struct tl_columns *columns)
{
	unsigned int i;

	for (i = 0; i < columns->count; i++) {
		bool last = i + 1 == columns->count;

		seq_setwidth(seq, last ? 0 : columns->at[i]->width);
		seq_puts(seq, columns->at[i]->name);
		seq_pad(seq, last ? '\n' : ' ');
	}
}

void tl_columns_show_line(struct seq_file *seq, const struct tl_columns *columns,
			  const struct tl_line *line)
{
	unsigned int i;

	for (i = 0; i < columns->count; i++) {
		bool last = i + 1 == columns->count;

		seq_setwidth(seq, last ? 0 : columns->at[i]->width);
		columns->at[i]->show(seq, line);
		seq_pad(seq, last ? '\n' : ' ');
	}
}
