// SPDX-License-Identifier: GPL-2.0-only
/* The cells of the tables and of the view "lookup": sockets, and steps to them. */
#include <linux/cred.h>
#include <linux/uidgid.h>

#include "cells.h"
#include "lookup.h"

/* In the numbers of the user namespace that the reader is in. */
static char *cell_put_owner(char *at, const struct tl_line *line)
{
	return tl_put_number(at, from_kuid_munged(line->user_ns, line->row->uid));
}

CELL(position, row, true, tl_put_number(at, row->position))
CELL(family, row, true, tl_put_word(at, tl_family_name(row->family)))
CELL(kind, row, true, tl_put_word(at, tl_kind_name(row->kind)))
CELL(state, row, true, tl_put_word(at, tl_state_name(row->state)))
CELL(role, row, true, tl_put_word(at, tl_row_role(row)))
CELL(local_address, row, true, tl_put_address(at, row->family, &row->local))
CELL(local_port, row, true, tl_put_number(at, row->local_port))
CELL(remote_address, row, row->has_remote, tl_put_address(at, row->family, &row->remote))
CELL(remote_port, row, row->has_remote, tl_put_number(at, row->remote_port))
CELL(device, row, true, tl_put_word(at, row->device))
CELL(v6only, row, row->family == AF_INET6, tl_put_flag(at, row->v6only))
CELL(reuseaddr, row, true, tl_put_flag(at, row->reuseaddr))
CELL(reuseport, row, true, tl_put_flag(at, row->reuseport))
CELL(accept_queue, row, true, tl_put_number(at, row->accept_queue))
CELL(accept_queue_max, row, true, tl_put_number(at, row->accept_queue_max))
CELL(uid, row, row->kind == TL_KIND_FULL, cell_put_owner(at, line))
CELL(inode, row, row->kind == TL_KIND_FULL, tl_put_number(at, row->inode))
CELL(cookie, row, row->cookie, tl_put_number(at, row->cookie))

CELL(query, step, true, tl_put_number(at, step->query))
CELL(step, step, true, tl_put_word(at, step->name))
CELL(walked, step, step->reached, tl_put_number(at, step->walked))
CELL(result, step, true, tl_put_word(at, step->result))
CELL(score, step, step->score > 0, tl_put_number(at, step->score))
CELL(agrees, step, true, tl_put_word(at, step->agrees))
CELL(verdict, step, true, tl_put_word(at, step->verdict))
CELL(handler, step, true, tl_put_word(at, step->handler))
CELL(caveat, step, true, tl_step_put_caveats(at, step))

/* In a table it is the row's, in an answer the step's, hit or miss. */
static char *cell_bucket(char *at, const struct tl_line *line)
{
	if (!line->step)
		return tl_put_number(at, line->row->bucket);
	return line->step->reached ? tl_put_number(at, line->step->bucket) : tl_put_none(at);
}

static const struct tl_column cells[] = {
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

const struct tl_column_set tl_row_columns = { cells, ARRAY_SIZE(cells) };
