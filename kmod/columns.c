// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cred.h>
#include <linux/seq_file.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "columns.h"
#include "lookup.h"
#include "row.h"

struct tl_column {
	const char *name;
	/* For people: a longer value is printed whole, and pushes the rest. */
	unsigned int width;
	void (*show)(struct seq_file *seq, const struct tl_line *line);
};

static void show_none(struct seq_file *seq)
{
	seq_putc(seq, '-');
}

static void show_number(struct seq_file *seq, u64 number)
{
	seq_put_decimal_ull(seq, "", number);
}

static void show_word(struct seq_file *seq, const char *word)
{
	seq_puts(seq, word && *word ? word : "-");
}

static void show_flag(struct seq_file *seq, bool flag)
{
	seq_putc(seq, flag ? '1' : '0');
}

/* %pI4 and %pI6c print an address that is pointed to, not a pointer. */
static void show_address(struct seq_file *seq, u16 family, const union tl_addr *addr)
{
	if (family == AF_INET6)
		seq_printf(seq, "%pI6c", &addr->v6);
	else
		seq_printf(seq, "%pI4", &addr->v4);
}

/* A cell that "-" fills unless line->what is there and the condition holds. */
#define CELL(column, what, condition, print)					\
static void show_##column(struct seq_file *seq, const struct tl_line *line)	\
{										\
	const struct tl_##what *what = line->what;				\
										\
	if (what && (condition))						\
		print;								\
	else									\
		show_none(seq);							\
}

CELL(position, row, true, show_number(seq, row->position))
CELL(family, row, true, show_word(seq, tl_row_family(row)))
CELL(kind, row, true, show_word(seq, tl_row_kind(row)))
CELL(state, row, true, show_word(seq, tl_row_state(row)))
CELL(role, row, true, show_word(seq, tl_row_role(row)))
CELL(local_address, row, true, show_address(seq, row->family, &row->local))
CELL(local_port, row, true, show_number(seq, row->local_port))
CELL(remote_address, row, row->has_remote, show_address(seq, row->family, &row->remote))
CELL(remote_port, row, row->has_remote, show_number(seq, row->remote_port))
CELL(device, row, true, show_word(seq, row->device))
CELL(v6only, row, row->family == AF_INET6, show_flag(seq, row->v6only))
CELL(reuseaddr, row, true, show_flag(seq, row->reuseaddr))
CELL(reuseport, row, true, show_flag(seq, row->reuseport))
CELL(accept_queue, row, true, show_number(seq, row->accept_queue))
CELL(accept_queue_max, row, true, show_number(seq, row->accept_queue_max))
CELL(uid, row, row->kind == TL_KIND_FULL,
     show_number(seq, from_kuid_munged(seq_user_ns(seq), row->uid)))
CELL(inode, row, row->kind == TL_KIND_FULL, show_number(seq, row->inode))
CELL(cookie, row, row->cookie, show_number(seq, row->cookie))

CELL(query, step, true, show_number(seq, step->query))
CELL(step, step, true, show_word(seq, step->name))
CELL(walked, step, step->reached, show_number(seq, step->walked))
CELL(result, step, true, show_word(seq, step->result))
CELL(score, step, step->score > 0, show_number(seq, step->score))
CELL(agrees, step, true, show_word(seq, step->agrees))
CELL(verdict, step, true, show_word(seq, step->verdict))
CELL(handler, step, true, show_word(seq, step->handler))
CELL(caveat, step, true, tl_step_show_caveats(seq, step))

/* In a table it is the row's, in an answer the step's, hit or miss. */
static void show_bucket(struct seq_file *seq, const struct tl_line *line)
{
	if (!line->step)
		show_number(seq, line->row->bucket);
	else if (line->step->reached)
		show_number(seq, line->step->bucket);
	else
		show_none(seq);
}

#define COLUMN(column, width) { #column, width, show_##column }

static const struct tl_column known[] = {
	COLUMN(bucket, 6),
	COLUMN(position, 8),
	COLUMN(family, 6),
	COLUMN(kind, 8),
	COLUMN(state, 12),
	COLUMN(role, 9),
	COLUMN(local_address, 15),
	COLUMN(local_port, 10),
	COLUMN(remote_address, 15),
	COLUMN(remote_port, 11),
	COLUMN(device, 8),
	COLUMN(v6only, 6),
	COLUMN(reuseaddr, 9),
	COLUMN(reuseport, 9),
	COLUMN(accept_queue, 12),
	COLUMN(accept_queue_max, 16),
	COLUMN(uid, 5),
	COLUMN(inode, 7),
	COLUMN(cookie, 7),
	COLUMN(query, 5),
	COLUMN(step, 15),
	COLUMN(walked, 6),
	COLUMN(result, 7),
	COLUMN(score, 5),
	COLUMN(agrees, 6),
	COLUMN(verdict, 18),
	COLUMN(handler, 29),
	COLUMN(caveat, 6),
};

static const struct tl_column *find_column(const char *name, size_t length)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == length && !strncmp(known[i].name, name, length))
			return &known[i];
	return NULL;
}

int tl_columns_resolve(struct tl_columns *columns, const char *names)
{
	const struct tl_column *column;
	size_t length;

	columns->count = 0;
	for (; *names; names += length + strspn(names + length, " ")) {
		length = strcspn(names, " ");
		column = find_column(names, length);
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
