// SPDX-License-Identifier: MIT
#include "kmod_mutate_text.h"

#include <stdio.h>
#include <string.h>

#include "tcp_lookup/contract.h"

struct chance chance_of(unsigned long long seed)
{
	/* splitmix64 (Steele, Lea, Flood 2014): neighbouring seeds give unlike states. */
	unsigned long long z = seed + 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return (struct chance){z ? z : 1};
}

/* xorshift64* (Vigna 2016). */
unsigned long chance_below(struct chance *chance, unsigned long below)
{
	unsigned long long x = chance->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	chance->state = x;
	return (unsigned long)((x * 0x2545f4914f6cdd1dULL >> 32) % below);
}

size_t chance_size(struct chance *chance, size_t most)
{
	size_t size;

	switch (chance_below(chance, 4)) {
	case 0:
		size = chance_below(chance, 4);
		break;
	case 1:
		size = (1UL << chance_below(chance, 18)) - 1 + chance_below(chance, 3);
		break;
	case 2:
		size = chance_below(chance, 300);
		break;
	default:
		size = chance_below(chance, most + 1);
	}
	return size < most ? size : most;
}

/* --- questions ---------------------------------------------------------------------- */

static const char *const addresses[] = {
	"127.0.0.1", "127.0.0.1", "127.0.0.1", "0.0.0.0", "255.255.255.255", "10.0.0.1", "[::1]",
	"[::1]", "[::]", "[fe80::1]", "[::ffff:127.0.0.1]", "[1:2:3:4:5:6:7:8]", "1.2.3", "256.1.1.1",
	"[::1", "::1", "[1:2:3:4:5:6:7:8:9]", "[]", "", "01.2.3.4", "[::1%lo]",
};
static const char *const ports[] = {
	":80", ":80", ":1", ":65535", ":0", ":65536", ":", "", ":00000000000000000080", ":-1", ":1x",
	":99999999999999999999999999",
};
static const char *const gaps[] = {" ", " ", " ", "  ", "\t", "", " \t ", "\r", ","};
static const char *const ends[] = {
	"", "", "", " dev lo", " dev lo", " dev nosuch", " dev", " dev ", " dev lo x", " via lo",
	" dev aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\r", " ",
};

#define ONE_OF(chance, list) list[chance_below(chance, sizeof(list) / sizeof((list)[0]))]

static size_t put_question(struct chance *chance, char *at, size_t room)
{
	int size = snprintf(at, room, "%s%s%s%s%s%s\n", ONE_OF(chance, addresses),
			    ONE_OF(chance, ports), ONE_OF(chance, gaps), ONE_OF(chance, addresses),
			    ONE_OF(chance, ports), ONE_OF(chance, ends));

	return (size_t)size < room ? (size_t)size : 0;
}

static size_t put_good(struct chance *chance, char *at, size_t room, unsigned long count)
{
	static const char *const good[] = {
		"127.0.0.1:1 127.0.0.1:80\n", "[::1]:1 [::1]:80\n", "# a remark\n", "\n",
		"127.0.0.1:1 127.0.0.1:80 dev lo\n", "1.2.3.4:5 6.7.8.9:10\n",
	};
	size_t used = 0;

	for (; count; count--) {
		const char *line = ONE_OF(chance, good);

		if (used + strlen(line) >= room)
			break;
		memcpy(at + used, line, strlen(line));
		used += strlen(line);
	}
	return used;
}

size_t chance_questions(struct chance *chance, char *at, size_t room)
{
	size_t used = 0;

	if (chance_below(chance, 6) == 0) {
		memcpy(at, TCP_LOOKUP_VERDICTS "\n", sizeof(TCP_LOOKUP_VERDICTS));
		used = sizeof(TCP_LOOKUP_VERDICTS);
	}
	switch (chance_below(chance, 8)) {
	case 0:		/* around the most that one write may have; seldom, for it takes long */
		used += put_good(chance, at + used, room - used, chance_below(chance, 8) ? 3 :
				 TCP_LOOKUP_QUERIES_MAX - 100 + chance_below(chance, 400));
		break;
	case 1:		/* around the most bytes, and bytes of any kind */
		used = TCP_LOOKUP_WRITE_MAX - 8 + chance_below(chance, 16);
		memset(at, chance_below(chance, 2) ? '\n' : (int)chance_below(chance, 256), used);
		break;
	case 2:
		for (size_t end = chance_size(chance, 2000); used < end; used++)
			at[used] = (char)chance_below(chance, 256);
		break;
	case 3:
	case 4:
		used += put_good(chance, at + used, room - used, 1 + chance_below(chance, 20));
		break;
	default:
		for (unsigned long i = chance_below(chance, 6); i; i--)
			used += put_question(chance, at + used, room - used);
	}
	/* A byte or two are changed. */
	for (unsigned long i = chance_below(chance, 12); used && i > 9; i--)
		at[chance_below(chance, used)] = (char)chance_below(chance, 256);
	return used;
}

/* --- answers ------------------------------------------------------------------------ */

bool is_plain_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			return false;
	return true;
}

bool has_kernel_address(const char *text, size_t size)
{
	for (size_t i = 0, run = 0; i < size; i++) {
		run = memchr("0123456789abcdefABCDEF", text[i], 22) ? run + 1 : 0;
		if (run >= 16 && !memcmp(text + i - 15, "ffff", 4))
			return true;
	}
	return false;
}
