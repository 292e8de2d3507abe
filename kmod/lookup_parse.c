// SPDX-License-Identifier: GPL-2.0-only
/*
 * The language of the view "lookup", one query a line:
 *
 *	SOURCE:PORT DESTINATION:PORT [dev NAME]
 *
 * Knows nothing of sockets or devices: text in, values or a refusal out. The
 * text comes from user space, is not terminated and may hold any byte.
 */
#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "lookup.h"
#include "tcp_lookup/contract.h"

/* One line, and how far it has been read. */
struct cursor {
	const char *line;
	const char *at;
	const char *end;
	unsigned int number;
	struct tl_refusal *refusal;
};

static int parse_refuse(struct cursor *cursor, const char *at, int err, const char *reason)
{
	*cursor->refusal = (struct tl_refusal) {
		.err = err,
		.line = cursor->number,
		.column = at - cursor->line + 1,
		.reason = reason,
	};
	return err;
}

static bool parse_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void parse_skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && parse_is_blank(*cursor->at))
		cursor->at++;
}

static size_t parse_word_length(const struct cursor *cursor)
{
	const char *end = cursor->at;

	while (end < cursor->end && !parse_is_blank(*end))
		end++;
	return end - cursor->at;
}

static int parse_port(struct cursor *cursor, u16 *port)
{
	const char *digits = cursor->at;
	unsigned int number = 0;

	while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9') {
		number = number * 10 + *cursor->at++ - '0';
		if (number > U16_MAX)
			return parse_refuse(cursor, digits, -EINVAL, "port_is_greater_than_65535");
	}
	if (cursor->at == digits)
		return parse_refuse(cursor, digits, -EINVAL, "port_is_missing");
	if (cursor->at < cursor->end && !parse_is_blank(*cursor->at))
		return parse_refuse(cursor, cursor->at, -EINVAL, "port_is_no_decimal_number");
	*port = number;
	return 0;
}

/* [ADDRESS]: the cursor is on the bracket and ends behind the closing one. */
static int parse_inet6(struct cursor *cursor, union tl_addr *addr)
{
	const char *open = cursor->at++;
	const char *close;

	if (!in6_pton(cursor->at, cursor->end - cursor->at, addr->v6.s6_addr, ']', &close))
		return parse_refuse(cursor, cursor->at, -EINVAL, "no_IPv6_address");
	if (close == cursor->end || *close != ']')
		return parse_refuse(cursor, open, -EINVAL, "bracket_is_not_closed");
	if (ipv6_addr_v4mapped(&addr->v6))
		return parse_refuse(cursor, cursor->at, -EINVAL,
			      "IPv4-mapped_address:_no_segment_carries_one,_write_it_as_IPv4");
	cursor->at = close + 1;
	return 0;
}

static int parse_inet(struct cursor *cursor, union tl_addr *addr)
{
	const char *end;

	if (!in4_pton(cursor->at, cursor->end - cursor->at, (u8 *)&addr->v4, ':', &end))
		return parse_refuse(cursor, cursor->at, -EINVAL,
			      "no_address:_expected_IPV4:PORT_or_[IPV6]:PORT");
	cursor->at = end;
	return 0;
}

static int parse_endpoint(struct cursor *cursor, u16 *family, union tl_addr *addr, u16 *port)
{
	int err;

	if (*cursor->at == '[') {
		*family = AF_INET6;
		err = parse_inet6(cursor, addr);
	} else {
		*family = AF_INET;
		err = parse_inet(cursor, addr);
	}
	if (err)
		return err;

	if (cursor->at == cursor->end || *cursor->at != ':')
		return parse_refuse(cursor, cursor->at, -EINVAL,
				    "expected_:PORT_after_the_address");
	cursor->at++;
	return parse_port(cursor, port);
}

/* "dev NAME", or nothing. */
static int parse_device(struct cursor *cursor, struct tl_tuple *tuple)
{
	size_t length;

	parse_skip_blanks(cursor);
	if (cursor->at == cursor->end)
		return 0;
	if (parse_word_length(cursor) != 3 || memcmp(cursor->at, "dev", 3))
		return parse_refuse(cursor, cursor->at, -EINVAL,
				    "expected_dev_NAME_or_the_end_of_line");
	cursor->at += 3;

	parse_skip_blanks(cursor);
	length = parse_word_length(cursor);
	if (!length)
		return parse_refuse(cursor, cursor->at, -EINVAL, "device_name_is_missing");
	if (length >= IFNAMSIZ || memchr(cursor->at, '\0', length))
		return parse_refuse(cursor, cursor->at, -EINVAL, "no_device_name");
	memcpy(tuple->device, cursor->at, length);
	tuple->device_column = cursor->at - cursor->line + 1;
	cursor->at += length;

	parse_skip_blanks(cursor);
	if (cursor->at != cursor->end)
		return parse_refuse(cursor, cursor->at, -EINVAL, "text_after_the_device_name");
	return 0;
}

/* The cursor is on the first word of a line that holds one. */
static int parse_tuple(struct cursor *cursor, struct tl_tuple *tuple)
{
	const char *destination;
	u16 family;
	int err;

	memset(tuple, 0, sizeof(*tuple));
	tuple->line = cursor->number;
	err = parse_endpoint(cursor, &tuple->family, &tuple->source, &tuple->source_port);
	if (err)
		return err;

	parse_skip_blanks(cursor);
	destination = cursor->at;
	if (destination == cursor->end)
		return parse_refuse(cursor, destination, -EINVAL, "destination_is_missing");
	err = parse_endpoint(cursor, &family, &tuple->destination, &tuple->destination_port);
	if (err)
		return err;
	if (family != tuple->family)
		return parse_refuse(cursor, destination, -EINVAL,
			      "source_and_destination_are_of_different_families");

	return parse_device(cursor, tuple);
}

int tl_lookup_parse(const char *text, size_t size, struct tl_tuple *tuples,
		    unsigned int max, struct tl_refusal *refusal)
{
	struct cursor cursor = { .end = text, .refusal = refusal };
	const char *text_end = text + size;
	unsigned int count = 0;
	int err;

	while (text < text_end) {
		const char *newline = memchr(text, '\n', text_end - text);

		cursor.line = text;
		cursor.at = text;
		cursor.end = newline ? newline : text_end;
		cursor.number++;
		text = cursor.end + 1;

		parse_skip_blanks(&cursor);
		if (cursor.at == cursor.end || *cursor.at == '#')
			continue;
		if (count == max)
			return parse_refuse(&cursor, cursor.at, -E2BIG,
				      "too_many_queries:_split_the_write");
		err = parse_tuple(&cursor, &tuples[count++]);
		if (err)
			return err;
	}
	return count;
}
