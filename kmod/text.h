/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values as text. Each function writes at "at", where TL_CELL_MAX bytes must be free,
 * and returns the end of what it has written. It does not write a terminating zero
 * byte.
 *
 * seq_printf() parses its format again for each row, and checks the room for each
 * character; a dump of a table spent most of its time there.
 */
#ifndef TCP_LOOKUP_TEXT_H
#define TCP_LOOKUP_TEXT_H

#include <linux/string.h>
#include <linux/types.h>

#include "row.h"

/* No value is longer: a longer word is cut. */
#define TL_CELL_MAX 96

/* Numbers with more than one digit. */
char *tl_put_digits(char *at, u64 number);

static inline char *tl_put_number(char *at, u64 number)
{
	if (number >= 10)
		return tl_put_digits(at, number);
	*at = '0' + number;
	return at + 1;
}

static inline char *tl_put_none(char *at)
{
	*at = '-';
	return at + 1;
}

static inline char *tl_put_flag(char *at, bool flag)
{
	*at = flag ? '1' : '0';
	return at + 1;
}

/* NULL or an empty word: "-". */
char *tl_put_word(char *at, const char *word);

/* A word of the contract, which is copied whole: faster than byte by byte. */
#define TL_WORD_MAX 31

struct tl_word {
	u8 length;
	char text[TL_WORD_MAX];
};

#define TL_WORD(words) { sizeof(words) - 1, words }

/* A pointer to one. */
#define TL_WORD_OF(words)						\
({									\
	static const struct tl_word word_of = TL_WORD(words);		\
									\
	&word_of;							\
})

static inline char *tl_put_known(char *at, const struct tl_word *word)
{
	memcpy(at, word->text, TL_WORD_MAX);
	return at + word->length;
}

/* As "%pI4" and "%pI6c" print it. */
char *tl_put_address(char *at, u16 family, const union tl_addr *addr);

#endif
