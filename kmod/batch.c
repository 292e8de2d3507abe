// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "batch.h"
#include "row.h"

/* A chain of ehash seldom has more, since the table's size grows with the memory. */
#define FIRST_CAPACITY 16U

void tl_batch_add(struct tl_batch *batch, struct sock *sk, u32 bucket, u32 position)
{
	struct tl_row *row;

	if (batch->count == batch->capacity) {
		batch->refused++;
		return;
	}
	row = &batch->rows[batch->count++];
	tl_row_fill(row, sk);
	row->bucket = bucket;
	row->position = position;
}

/* The rows will be copied again: they need not survive. */
static int batch_grow(struct tl_batch *batch, unsigned int wanted)
{
	/* More sockets may have come during the allocation. */
	unsigned int capacity = max(wanted + wanted / 4, FIRST_CAPACITY);

	kvfree(batch->rows);
	batch->count = 0;
	batch->capacity = 0;
	batch->rows = kvmalloc_array(capacity, sizeof(*batch->rows), GFP_KERNEL_ACCOUNT);
	if (!batch->rows)
		return -ENOMEM;
	batch->capacity = capacity;
	return 0;
}

int tl_batch_take(struct tl_batch *batch, tl_batch_copy_t *copy, struct net *net,
		  unsigned int bucket)
{
	for (;;) {
		batch->count = 0;
		batch->refused = 0;
		copy(net, bucket, batch);
		if (!batch->refused)
			return 0;
		if (batch_grow(batch, batch->count + batch->refused))
			return -ENOMEM;
	}
}

int tl_batch_reserve(struct tl_batch *batch, unsigned int room)
{
	unsigned int capacity = batch->count + room;
	struct tl_row *rows;

	if (capacity <= batch->capacity)
		return 0;
	/* Double the size, so that the rows of a long list are moved only a few times. */
	if (batch->count)
		capacity = max(capacity, 2 * batch->capacity);
	rows = kvmalloc_array(capacity, sizeof(*rows), GFP_KERNEL_ACCOUNT);
	if (!rows)
		return -ENOMEM;
	if (batch->count)
		memcpy(rows, batch->rows, batch->count * sizeof(*rows));
	kvfree(batch->rows);
	batch->rows = rows;
	batch->capacity = capacity;
	return 0;
}

void tl_batch_clear(struct tl_batch *batch)
{
	tl_pins_release(&batch->pins);
	batch->count = 0;
}

void tl_batch_free(struct tl_batch *batch)
{
	tl_batch_clear(batch);
	kvfree(batch->rows);
	memset(batch, 0, sizeof(*batch));
}
