// SPDX-License-Identifier: GPL-2.0-only
/*
 * The language of the view "lookup", one query per line:
 *
 *	SOURCE:PORT DESTINATION:PORT [dev NAME]
 *
 * A first line with the word TCP_LOOKUP_VERDICTS asks for verdicts only.
 *
 * Knows nothing of sockets or devices: text in, values or a refusal out. The text comes
 * from user space and may hold any byte, but a newline ends it: no loop here passes
 * one, so none needs to know where the text ends. The functions that every query runs
 * through are inlined: in a batch, parsing took longer than the kernel's own lookup.
 */
#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "lookup.h"
#include "tcp_lookup/contract.h"

/* Refuses all queries because of the text at this place. Returns NULL, as its callers do. */
static noinline const char *parse_refuse(struct tl_queries *queries, const char *at, int err,
					 const char *reason)
{
	queries->refusal = (struct tl_refusal) {
		.err = err,
		.line = queries->number,
		.column = at - queries->line + 1,
		.reason = reason,
	};
	return NULL;
}

static const char *parse_no(struct tl_queries *queries, const char *at, const char *reason)
{
	return parse_refuse(queries, at, -EINVAL, reason);
}

static bool parse_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *parse_skip_blanks(const char *at)
{
	while (parse_is_blank(*at))
		at++;
	return at;
}

static const char *parse_skip_line(const char *at)
{
	while (*at++ != '\n')
		;
	return at;
}

static size_t parse_word_length(const char *word)
{
	const char *end = word;

	while (*end != '\n' && !parse_is_blank(*end))
		end++;
	return end - word;
}

/* Above 9: no digit. */
static unsigned int parse_digit(char c)
{
	return (unsigned char)c - '0';
}

/* A number with more digits may not fit into an unsigned int. */
#define PARSE_PORT_DIGITS 9

static __always_inline const char *parse_port(struct tl_queries *queries, const char *at,
					      u16 *port)
{
	const char *digits = at;
	unsigned int number = 0, digit;

	while ((digit = parse_digit(*at)) <= 9) {
		number = number * 10 + digit;
		at++;
	}
	if (number > U16_MAX || at - digits > PARSE_PORT_DIGITS)
		return parse_no(queries, digits, "port_is_greater_than_65535");
	if (at == digits)
		return parse_no(queries, digits, "port_is_missing");
	if (*at != '\n' && !parse_is_blank(*at))
		return parse_no(queries, at, "port_is_no_decimal_number");
	*port = number;
	return at;
}

/* [ADDRESS]: at is the bracket. Returns what is behind the closing one. */
static noinline const char *parse_inet6(struct tl_queries *queries, const char *at,
					union tl_addr *addr)
{
	const char *text = at + 1, *close = at, *end;

	while (*close != ']')
		if (*close++ == '\n')
			return parse_no(queries, at, "bracket_is_not_closed");
	/* A zero byte ends it, too. */
	if (!in6_pton(text, close - text, addr->v6.s6_addr, -1, &end) || end != close)
		return parse_no(queries, text, "no_IPv6_address");
	if (ipv6_addr_v4mapped(&addr->v6))
		return parse_no(queries, text,
				"IPv4-mapped_address:_no_segment_carries_one,_write_it_as_IPv4");
	return close + 1;
}

/* Appends a number of one to three digits to the octets. Its end, or NULL. */
static __always_inline const char *parse_octet(const char *at, u32 *octets)
{
	unsigned int octet = parse_digit(*at++), digit, i;

	if (octet > 9)
		return NULL;
	for (i = 0; i < 2; i++, at++) {
		digit = parse_digit(*at);
		if (digit > 9)
			break;
		octet = octet * 10 + digit;
	}
	*octets = *octets << 8 | octet;
	return octet <= U8_MAX ? at : NULL;
}

static __always_inline const char *parse_dot_octet(const char *at, u32 *octets)
{
	return at && *at == '.' ? parse_octet(at + 1, octets) : NULL;
}

/* A.B.C.D. in4_pton() would execute more instructions than the lookup itself. */
static __always_inline const char *parse_inet(struct tl_queries *queries, const char *at,
					      union tl_addr *addr)
{
	u32 octets = 0;
	const char *end = parse_octet(at, &octets);

	end = parse_dot_octet(end, &octets);
	end = parse_dot_octet(end, &octets);
	end = parse_dot_octet(end, &octets);
	if (!end)
		return parse_no(queries, at, "no_address:_expected_IPV4:PORT_or_[IPV6]:PORT");
	addr->v4 = htonl(octets);
	return end;
}

static __always_inline const char *parse_endpoint(struct tl_queries *queries, const char *at,
						  u16 *family, union tl_addr *addr, u16 *port)
{
	if (*at == '[') {
		*family = AF_INET6;
		at = parse_inet6(queries, at, addr);
	} else {
		*family = AF_INET;
		at = parse_inet(queries, at, addr);
	}
	if (!at)
		return NULL;
	if (*at != ':')
		return parse_no(queries, at, "expected_:PORT_after_the_address");
	return parse_port(queries, at + 1, port);
}

/* "dev NAME": at is that word. Returns the end of the line. */
static noinline const char *parse_device(struct tl_queries *queries, const char *at,
					 struct tl_tuple *tuple)
{
	size_t length;

	if (parse_word_length(at) != 3 || memcmp(at, "dev", 3))
		return parse_no(queries, at, "expected_dev_NAME_or_the_end_of_line");

	at = parse_skip_blanks(at + 3);
	length = parse_word_length(at);
	if (!length)
		return parse_no(queries, at, "device_name_is_missing");
	if (length >= IFNAMSIZ || memchr(at, '\0', length))
		return parse_no(queries, at, "no_device_name");
	memcpy(tuple->device, at, length);
	tuple->device[length] = '\0';
	tuple->device_column = at - queries->line + 1;

	at = parse_skip_blanks(at + length);
	return *at == '\n' ? at : parse_no(queries, at, "text_after_the_device_name");
}

/* at is the first word of a line. Returns the end of the line. */
static __always_inline const char *parse_tuple(struct tl_queries *queries, const char *at,
					       struct tl_tuple *tuple)
{
	const char *destination;
	u16 family;

	tuple->device[0] = '\0';
	tuple->device_column = 0;
	tuple->dif = 0;
	tuple->sdif = 0;
	at = parse_endpoint(queries, at, &tuple->family, &tuple->source, &tuple->source_port);
	if (!at)
		return NULL;

	destination = parse_skip_blanks(at);
	if (*destination == '\n')
		return parse_no(queries, destination, "destination_is_missing");
	at = parse_endpoint(queries, destination, &family, &tuple->destination,
			    &tuple->destination_port);
	if (!at)
		return NULL;
	if (family != tuple->family)
		return parse_no(queries, destination,
				"source_and_destination_are_of_different_families");

	at = parse_skip_blanks(at);
	return *at == '\n' ? at : parse_device(queries, at, tuple);
}

/* The first word of the next line that has one and is not a comment. NULL: there is none. */
static const char *parse_find_line(struct tl_queries *queries)
{
	const char *at;

	while (queries->at < queries->end) {
		queries->line = queries->at;
		queries->number++;
		at = parse_skip_blanks(queries->at);
		if (*at != '\n' && *at != '#')
			return at;
		queries->at = parse_skip_line(at);
	}
	return NULL;
}

/* Whether the line consists of this word only. */
static bool parse_is_line(const char *at, const char *word)
{
	size_t length = parse_word_length(at);

	if (length != strlen(word) || memcmp(at, word, length))
		return false;
	return *parse_skip_blanks(at + length) == '\n';
}

void tl_queries_begin(struct tl_queries *queries, const char *text, size_t size)
{
	const char *at;

	*queries = (struct tl_queries) { .at = text, .end = text + size };
	at = parse_find_line(queries);
	if (!at)
		return;
	queries->verdicts = parse_is_line(at, TCP_LOOKUP_VERDICTS);
	if (queries->verdicts) {
		queries->at = parse_skip_line(at);
	} else {
		queries->at = queries->line;
		queries->number--;
	}
}

int tl_queries_next(struct tl_queries *queries, struct tl_tuple *tuple)
{
	const char *at = parse_find_line(queries);

	if (!at)
		return 0;
	if (queries->count < TCP_LOOKUP_QUERIES_MAX)
		at = parse_tuple(queries, at, tuple);
	else
		at = parse_refuse(queries, at, -E2BIG, "too_many_queries:_split_the_write");
	if (!at)
		return queries->refusal.err;
	queries->at = at + 1;
	queries->count++;
	return 1;
}
