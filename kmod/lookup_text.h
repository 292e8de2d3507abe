/* SPDX-License-Identifier: GPL-2.0-only */
/* A buffer that grows, and keeps its text until the next write: an answer of "lookup". */
#ifndef TCP_LOOKUP_LOOKUP_TEXT_H
#define TCP_LOOKUP_LOOKUP_TEXT_H

#include <linux/types.h>

struct tl_text {
	char *bytes;
	size_t used;
	size_t size;	/* kept for the next answer */
};

int tl_text_grow(struct tl_text *text, size_t room);
void tl_text_free(struct tl_text *text);

/* Makes room for this many more bytes after those used. May sleep. 0 or -ENOMEM. */
static inline int tl_text_reserve(struct tl_text *text, size_t room)
{
	return text->size - text->used >= room ? 0 : tl_text_grow(text, room);
}

/* Where to write the next byte. Afterwards tl_text_end() sets the new end. */
static inline char *tl_text_at(const struct tl_text *text)
{
	return text->bytes + text->used;
}

static inline void tl_text_end(struct tl_text *text, const char *end)
{
	text->used = end - text->bytes;
}

#endif
