// SPDX-License-Identifier: GPL-2.0-only
/* The cells of one socket. */
#include <linux/cred.h>
#include <linux/uidgid.h>

#include "cells.h"

/* As the reader's user namespace numbers it: the first one as the kernel does. */
static char *cell_put_owner(char *at, const struct tl_line *line)
{
	if (line->user_ns == &init_user_ns)
		return tl_put_number(at, __kuid_val(line->row->uid));
	return tl_put_number(at, from_kuid_munged(line->user_ns, line->row->uid));
}

CELL(bucket, row, true, tl_put_number(at, row->bucket))
CELL(position, row, true, tl_put_number(at, row->position))
CELL(family, row, true, tl_put_known(at, tl_family_name(row->family)))
CELL(kind, row, true, tl_put_known(at, tl_kind_name(row->kind)))
CELL(state, row, true, tl_put_known(at, tl_state_name(row->state)))
CELL(role, row, true, tl_put_known(at, tl_row_role(row)))
CELL(local_address, row, true, tl_put_address(at, row->family, &row->local))
CELL(local_port, row, true, tl_put_number(at, row->local_port))
CELL(remote_address, row, row->has_remote, tl_put_address(at, row->family, &row->remote))
CELL(remote_port, row, row->has_remote, tl_put_number(at, row->remote_port))
CELL(device, row, *row->device, tl_put_word(at, row->device))
CELL(v6only, row, row->family == AF_INET6, tl_put_flag(at, row->v6only))
CELL(reuseaddr, row, true, tl_put_flag(at, row->reuseaddr))
CELL(reuseport, row, true, tl_put_flag(at, row->reuseport))
CELL(accept_queue, row, true, tl_put_number(at, row->accept_queue))
CELL(accept_queue_max, row, true, tl_put_number(at, row->accept_queue_max))
CELL(uid, row, row->kind == TL_KIND_FULL, cell_put_owner(at, line))
CELL(inode, row, row->kind == TL_KIND_FULL, tl_put_number(at, row->inode))
CELL(cookie, row, row->cookie, tl_put_number(at, row->cookie))

static const struct tl_column cells[] = {
	HEAD_COLUMN(bucket, TL_OF_ROW, 6),
	COLUMN(position, TL_OF_ROW, 8),
	HEAD_COLUMN(family, TL_OF_ROW, 6),
	HEAD_COLUMN(kind, TL_OF_ROW, 8),
	HEAD_COLUMN(state, TL_OF_ROW, 12),
	HEAD_COLUMN(role, TL_OF_ROW, 9),
	HEAD_COLUMN(local_address, TL_OF_ROW, 15),
	HEAD_COLUMN(local_port, TL_OF_ROW, 10),
	COLUMN(remote_address, TL_OF_ROW, 15),
	COLUMN(remote_port, TL_OF_ROW, 11),
	HEAD_COLUMN(device, TL_OF_ROW, 8),
	HEAD_COLUMN(v6only, TL_OF_ROW, 6),
	HEAD_COLUMN(reuseaddr, TL_OF_ROW, 9),
	HEAD_COLUMN(reuseport, TL_OF_ROW, 9),
	COLUMN(accept_queue, TL_OF_ROW, 12),
	COLUMN(accept_queue_max, TL_OF_ROW, 16),
	COLUMN(uid, TL_OF_ROW, 5),
	COLUMN(inode, TL_OF_ROW, 7),
	COLUMN(cookie, TL_OF_ROW, 7),
};

const struct tl_column_set tl_row_columns = { cells, ARRAY_SIZE(cells), NULL };
