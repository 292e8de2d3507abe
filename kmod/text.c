// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/socket.h>
#include <net/addrconf.h>
#include <net/ipv6.h>

#include "text.h"

/* "00" to "99": two digits at a time, without dividing for each. */
#define PAIRS_OF(ten)							\
	ten "0" ten "1" ten "2" ten "3" ten "4" ten "5" ten "6" ten "7" ten "8" ten "9"

static const char pairs[] = PAIRS_OF("0") PAIRS_OF("1") PAIRS_OF("2") PAIRS_OF("3")
			    PAIRS_OF("4") PAIRS_OF("5") PAIRS_OF("6") PAIRS_OF("7")
			    PAIRS_OF("8") PAIRS_OF("9");

static __always_inline char *pair_put(char *at, unsigned int pair)
{
	memcpy(at, pairs + 2 * (size_t)pair, 2);
	return at + 2;
}

/* A number below 100, without a leading zero. */
static __always_inline char *first_pair_put(char *at, unsigned int pair)
{
	if (pair >= 10)
		return pair_put(at, pair);
	*at = '0' + pair;
	return at + 1;
}

/* A number below 10,000, with leading zeros. */
static __always_inline char *four_put(char *at, unsigned int four)
{
	at = pair_put(at, four / 100);
	return pair_put(at, four % 100);
}

/* The same without them. */
static __always_inline char *first_four_put(char *at, unsigned int four)
{
	if (four < 100)
		return first_pair_put(at, four);
	at = first_pair_put(at, four / 100);
	return pair_put(at, four % 100);
}

static noinline char *long_put(char *at, u64 number)
{
	unsigned int low;

	at = tl_put_digits(at, div_u64_rem(number, 100000000, &low));
	at = four_put(at, low / 10000);
	return four_put(at, low % 10000);
}

/* Ports, inodes and cookies mostly have four to eight digits. */
char *tl_put_digits(char *at, u64 number)
{
	unsigned int low = number;

	if (number < 10000)
		return first_four_put(at, low);
	if (number >= 100000000)
		return long_put(at, number);
	at = first_four_put(at, low / 10000);
	return four_put(at, low % 10000);
}

char *tl_put_word(char *at, const char *word)
{
	const char *end = at + TL_CELL_MAX;

	if (!word || !*word)
		return tl_put_none(at);
	while (*word && at < end)
		*at++ = *word++;
	return at;
}

static char *inet_put(char *at, const u8 *bytes)
{
	unsigned int i;

	at = tl_put_number(at, bytes[0]);
	for (i = 1; i < 4; i++) {
		*at++ = '.';
		at = tl_put_number(at, bytes[i]);
	}
	return at;
}

static char *hex_put(char *at, u16 word)
{
	static const char digits[] = "0123456789abcdef";
	int shift = 12;

	while (shift && !(word >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*at++ = digits[(word >> shift) & 0xf];
	return at;
}

/* The words of zero that "::" replaces: the longest run, of at least two. */
struct zeros {
	unsigned int begin;
	unsigned int count;
};

static struct zeros inet6_zeros(const struct in6_addr *addr, unsigned int words)
{
	struct zeros run = { }, longest = { .begin = words, .count = 1 };
	unsigned int i;

	for (i = 0; i < words; i++) {
		if (addr->s6_addr16[i]) {
			run.count = 0;
			continue;
		}
		if (!run.count++)
			run.begin = i;
		if (run.count > longest.count)
			longest = run;
	}
	return longest;
}

static char *inet6_put(char *at, const struct in6_addr *addr)
{
	bool ends_with_inet = ipv6_addr_v4mapped(addr) || ipv6_addr_is_isatap(addr);
	unsigned int words = ends_with_inet ? 6 : 8, i = 0;
	struct zeros zeros = inet6_zeros(addr, words);

	while (i < words) {
		if (i)
			*at++ = ':';
		if (i != zeros.begin) {
			at = hex_put(at, ntohs(addr->s6_addr16[i++]));
			continue;
		}
		/* The other colon is that of the next word, if there is one. */
		if (!i)
			*at++ = ':';
		i += zeros.count;
		if (i == words)
			*at++ = ':';
	}
	if (!ends_with_inet)
		return at;
	*at++ = ':';
	return inet_put(at, &addr->s6_addr[12]);
}

char *tl_put_address(char *at, u16 family, const union tl_addr *addr)
{
	if (family == AF_INET6)
		return inet6_put(at, &addr->v6);
	return inet_put(at, (const u8 *)&addr->v4);
}
