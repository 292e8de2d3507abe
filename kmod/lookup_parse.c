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

static noinline int parse_refuse(struct tl_queries *queries, const char *at, int err,
				 const char *reason)
{
	queries->refusal = (struct tl_refusal) {
		.err = err,
		.line = queries->number,
		.column = at - queries->line + 1,
		.reason = reason,
	};
	return err;
}

static bool parse_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void parse_skip_blanks(struct tl_queries *queries)
{
	while (parse_is_blank(*queries->at))
		queries->at++;
}

static void parse_skip_line(struct tl_queries *queries)
{
	while (*queries->at++ != '\n')
		;
}

static size_t parse_word_length(const struct tl_queries *queries)
{
	const char *end = queries->at;

	while (*end != '\n' && !parse_is_blank(*end))
		end++;
	return end - queries->at;
}

/* A number with more digits may not fit into an unsigned int. */
#define PARSE_PORT_DIGITS 9

static __always_inline int parse_port(struct tl_queries *queries, u16 *port)
{
	const char *digits = queries->at, *at = digits;
	unsigned int number = 0, digit;

	while ((digit = (unsigned char)*at - '0') <= 9) {
		number = number * 10 + digit;
		at++;
	}
	queries->at = at;
	if (number > U16_MAX || at - digits > PARSE_PORT_DIGITS)
		return parse_refuse(queries, digits, -EINVAL, "port_is_greater_than_65535");
	if (at == digits)
		return parse_refuse(queries, digits, -EINVAL, "port_is_missing");
	if (*at != '\n' && !parse_is_blank(*at))
		return parse_refuse(queries, at, -EINVAL, "port_is_no_decimal_number");
	*port = number;
	return 0;
}

/* [ADDRESS]: the cursor is on the bracket and ends behind the closing one. */
static noinline int parse_inet6(struct tl_queries *queries, union tl_addr *addr)
{
	const char *open = queries->at++;
	const char *close = open, *end;

	while (*close != ']')
		if (*close++ == '\n')
			return parse_refuse(queries, open, -EINVAL, "bracket_is_not_closed");
	/* A zero byte ends it, too. */
	if (!in6_pton(queries->at, close - queries->at, addr->v6.s6_addr, -1, &end) || end != close)
		return parse_refuse(queries, queries->at, -EINVAL, "no_IPv6_address");
	if (ipv6_addr_v4mapped(&addr->v6))
		return parse_refuse(queries, queries->at, -EINVAL,
			      "IPv4-mapped_address:_no_segment_carries_one,_write_it_as_IPv4");
	queries->at = close + 1;
	return 0;
}

/* Appends a number of one to three digits to the octets. Its end, or NULL. */
static __always_inline const char *parse_octet(const char *at, u32 *octets)
{
	unsigned int octet = (unsigned char)*at - '0', digit, i;

	if (octet > 9)
		return NULL;
	for (i = 1; i < 3; i++) {
		digit = (unsigned char)at[i] - '0';
		if (digit > 9)
			break;
		octet = octet * 10 + digit;
	}
	*octets = *octets << 8 | octet;
	return octet <= U8_MAX ? at + i : NULL;
}

static __always_inline const char *parse_dot_octet(const char *at, u32 *octets)
{
	return at && *at == '.' ? parse_octet(at + 1, octets) : NULL;
}

/* A.B.C.D. in4_pton() would execute more instructions than the lookup itself. */
static __always_inline int parse_inet(struct tl_queries *queries, union tl_addr *addr)
{
	u32 octets = 0;
	const char *end = parse_octet(queries->at, &octets);

	end = parse_dot_octet(end, &octets);
	end = parse_dot_octet(end, &octets);
	end = parse_dot_octet(end, &octets);
	if (!end)
		return parse_refuse(queries, queries->at, -EINVAL,
				    "no_address:_expected_IPV4:PORT_or_[IPV6]:PORT");
	addr->v4 = htonl(octets);
	queries->at = end;
	return 0;
}

static __always_inline int parse_endpoint(struct tl_queries *queries, u16 *family,
					  union tl_addr *addr, u16 *port)
{
	int err;

	if (*queries->at == '[') {
		*family = AF_INET6;
		err = parse_inet6(queries, addr);
	} else {
		*family = AF_INET;
		err = parse_inet(queries, addr);
	}
	if (err)
		return err;

	if (*queries->at != ':')
		return parse_refuse(queries, queries->at, -EINVAL,
				    "expected_:PORT_after_the_address");
	queries->at++;
	return parse_port(queries, port);
}

/* "dev NAME": the cursor is on the word. */
static noinline int parse_device(struct tl_queries *queries, struct tl_tuple *tuple)
{
	size_t length;

	if (parse_word_length(queries) != 3 || memcmp(queries->at, "dev", 3))
		return parse_refuse(queries, queries->at, -EINVAL,
				    "expected_dev_NAME_or_the_end_of_line");
	queries->at += 3;

	parse_skip_blanks(queries);
	length = parse_word_length(queries);
	if (!length)
		return parse_refuse(queries, queries->at, -EINVAL, "device_name_is_missing");
	if (length >= IFNAMSIZ || memchr(queries->at, '\0', length))
		return parse_refuse(queries, queries->at, -EINVAL, "no_device_name");
	memcpy(tuple->device, queries->at, length);
	tuple->device[length] = '\0';
	tuple->device_column = queries->at - queries->line + 1;
	queries->at += length;

	parse_skip_blanks(queries);
	if (*queries->at != '\n')
		return parse_refuse(queries, queries->at, -EINVAL, "text_after_the_device_name");
	return 0;
}

/* The cursor is on the first word of a line, and ends at the line's end. */
static int parse_tuple(struct tl_queries *queries, struct tl_tuple *tuple)
{
	const char *destination;
	u16 family;
	int err;

	tuple->device[0] = '\0';
	tuple->device_column = 0;
	tuple->dif = 0;
	tuple->sdif = 0;
	err = parse_endpoint(queries, &tuple->family, &tuple->source, &tuple->source_port);
	if (err)
		return err;

	parse_skip_blanks(queries);
	destination = queries->at;
	if (*destination == '\n')
		return parse_refuse(queries, destination, -EINVAL, "destination_is_missing");
	err = parse_endpoint(queries, &family, &tuple->destination, &tuple->destination_port);
	if (err)
		return err;
	if (family != tuple->family)
		return parse_refuse(queries, destination, -EINVAL,
			      "source_and_destination_are_of_different_families");

	parse_skip_blanks(queries);
	return *queries->at == '\n' ? 0 : parse_device(queries, tuple);
}

/* Moves to the first word of the next line that has one and is not a comment. */
static bool parse_find_line(struct tl_queries *queries)
{
	while (queries->at < queries->end) {
		queries->line = queries->at;
		queries->number++;
		parse_skip_blanks(queries);
		if (*queries->at != '\n' && *queries->at != '#')
			return true;
		parse_skip_line(queries);
	}
	return false;
}

/* Whether the line consists of this word only. */
static bool parse_is_line(struct tl_queries *queries, const char *word)
{
	const char *at = queries->at;
	size_t length = parse_word_length(queries);

	if (length != strlen(word) || memcmp(at, word, length))
		return false;
	for (at += length; parse_is_blank(*at);)
		at++;
	return *at == '\n';
}

void tl_queries_begin(struct tl_queries *queries, const char *text, size_t size)
{
	*queries = (struct tl_queries) { .at = text, .end = text + size };
	if (!parse_find_line(queries))
		return;
	queries->verdicts = parse_is_line(queries, TCP_LOOKUP_VERDICTS);
	if (queries->verdicts) {
		parse_skip_line(queries);
	} else {
		queries->at = queries->line;
		queries->number--;
	}
}

int tl_queries_next(struct tl_queries *queries, struct tl_tuple *tuple)
{
	int err;

	if (!parse_find_line(queries))
		return 0;
	if (queries->count == TCP_LOOKUP_QUERIES_MAX)
		return parse_refuse(queries, queries->at, -E2BIG,
				    "too_many_queries:_split_the_write");
	err = parse_tuple(queries, tuple);
	if (err)
		return err;
	queries->at++;
	queries->count++;
	return 1;
}
