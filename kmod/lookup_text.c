// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "columns.h"
#include "lookup_text.h"

int tl_text_grow(struct tl_text *text, size_t room)
{
	size_t size;
	char *bytes;

	/* Twice the size, so that the lines of a long answer are moved only a few times. */
	size = max3(text->used + room, 2 * text->size, (size_t)TL_TEXT_SIZE);
	bytes = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!bytes)
		return -ENOMEM;
	if (text->used)
		memcpy(bytes, text->bytes, text->used);
	kvfree(text->bytes);
	text->bytes = bytes;
	text->size = size;
	return 0;
}

void tl_text_free(struct tl_text *text)
{
	kvfree(text->bytes);
	memset(text, 0, sizeof(*text));
}
