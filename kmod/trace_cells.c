// SPDX-License-Identifier: GPL-2.0-only
/* The cells of the view "trace": one event. */
#include <linux/kallsyms.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>

#include "cells.h"
#include "compat.h"
#include "tcp_lookup/contract.h"
#include "trace_event.h"
#include "trace_reasons.h"

static const char * const whats[TL_WHATS] = {
	[TL_EARLY_DEMUX4] = TCP_LOOKUP_EVENT_EARLY_DEMUX4,
	[TL_EARLY_DEMUX6] = TCP_LOOKUP_EVENT_EARLY_DEMUX6,
	[TL_RCV4] = TCP_LOOKUP_EVENT_RCV4,
	[TL_RCV6] = TCP_LOOKUP_EVENT_RCV6,
	[TL_ESTABLISHED4] = TCP_LOOKUP_EVENT_ESTABLISHED4,
	[TL_ESTABLISHED6] = TCP_LOOKUP_EVENT_ESTABLISHED6,
	[TL_LISTENER4] = TCP_LOOKUP_EVENT_LISTENER4,
	[TL_LISTENER6] = TCP_LOOKUP_EVENT_LISTENER6,
	[TL_LHASH4] = TCP_LOOKUP_EVENT_LHASH4,
	[TL_LHASH6] = TCP_LOOKUP_EVENT_LHASH6,
	[TL_CONN_REQUEST] = TCP_LOOKUP_EVENT_CONN_REQUEST,
	[TL_CHECK_REQ] = TCP_LOOKUP_EVENT_CHECK_REQ,
	[TL_CHILD4] = TCP_LOOKUP_EVENT_CHILD4,
	[TL_CHILD6] = TCP_LOOKUP_EVENT_CHILD6,
	[TL_RCV_STATE] = TCP_LOOKUP_EVENT_RCV_STATE,
	[TL_RCV_ESTABLISHED] = TCP_LOOKUP_EVENT_RCV_ESTABLISHED,
	[TL_TIME_WAIT] = TCP_LOOKUP_EVENT_TIME_WAIT,
	[TL_SEND_RESET4] = TCP_LOOKUP_EVENT_SEND_RESET4,
	[TL_SEND_RESET6] = TCP_LOOKUP_EVENT_SEND_RESET6,
	[TL_ACTIVE_RESET] = TCP_LOOKUP_EVENT_ACTIVE_RESET,
	[TL_RESET] = TCP_LOOKUP_EVENT_RESET,
	[TL_BACKLOG] = TCP_LOOKUP_EVENT_BACKLOG,
	[TL_SEND4] = TCP_LOOKUP_EVENT_SEND4,
	[TL_SEND6] = TCP_LOOKUP_EVENT_SEND6,
	[TL_LOCAL_OUT6] = TCP_LOOKUP_EVENT_LOCAL_OUT6,
	[TL_DROP] = TCP_LOOKUP_EVENT_DROP,
	[TL_SET_STATE] = TCP_LOOKUP_EVENT_SET_STATE,
	[TL_LOST] = TCP_LOOKUP_EVENT_LOST,
};

static const char * const outcomes[] = {
	[TL_ENTER] = TCP_LOOKUP_OUTCOME_ENTER,
	[TL_HIT] = TCP_LOOKUP_HIT,
	[TL_MISS] = TCP_LOOKUP_MISS,
	[TL_OUTCOME_REQUEST] = TCP_LOOKUP_OUTCOME_REQUEST,
	[TL_OUTCOME_COOKIE] = TCP_LOOKUP_OUTCOME_COOKIE,
	[TL_OUTCOME_DROPPED] = TCP_LOOKUP_OUTCOME_DROPPED,
	[TL_OUTCOME_CHILD] = TCP_LOOKUP_OUTCOME_CHILD,
	[TL_OUTCOME_LISTENER] = TCP_LOOKUP_OUTCOME_LISTENER,
	[TL_OUTCOME_NONE] = TCP_LOOKUP_OUTCOME_NONE,
	[TL_OUTCOME_OK] = TCP_LOOKUP_OUTCOME_OK,
	[TL_OUTCOME_RESET] = TCP_LOOKUP_OUTCOME_RESET,
	[TL_OUTCOME_TW_SUCCESS] = TCP_LOOKUP_OUTCOME_SUCCESS,
	[TL_OUTCOME_TW_RESET] = TCP_LOOKUP_OUTCOME_RESET,
	[TL_OUTCOME_TW_ACK] = TCP_LOOKUP_OUTCOME_ACK,
	[TL_OUTCOME_TW_SYN] = TCP_LOOKUP_OUTCOME_SYN,
	[TL_OUTCOME_NO_SOCKET] = TCP_LOOKUP_OUTCOME_NO_SOCKET,
	[TL_OUTCOME_SOCKET] = TCP_LOOKUP_OUTCOME_SOCKET,
};

static const char * const details[] = {
	[TL_DETAIL_NONE] = "-",
	[TL_DETAIL_EXACT] = TCP_LOOKUP_DETAIL_EXACT,
	[TL_DETAIL_WILDCARD] = TCP_LOOKUP_DETAIL_WILDCARD,
	[TL_DETAIL_TIME_WAIT] = TCP_LOOKUP_DETAIL_TIME_WAIT,
	[TL_DETAIL_ACCEPT_QUEUE_FULL] = TCP_LOOKUP_DETAIL_ACCEPT_QUEUE_FULL,
	[TL_DETAIL_EARLY_DEMUX] = TCP_LOOKUP_DETAIL_EARLY_DEMUX,
};

static bool event_is_lookup(const struct tl_event *event)
{
	return event->what >= TL_ESTABLISHED4 && event->what <= TL_LHASH6;
}

/* The function's name without the offset. NULL: not an address of the kernel. */
static const char *event_caller_name(const struct tl_event *event, char symbol[KSYM_SYMBOL_LEN])
{
	char *end;

	if (!event->caller)
		return NULL;
	/* A return address may be the first byte of the next function. */
	sprint_symbol_no_offset(symbol, event->caller - 1);
	if (!strncmp(symbol, "0x", 2))
		return NULL;
	/* "name [module]", and the compiler's clones: "name.isra.0", "name.part.0" */
	end = strpbrk(symbol, " [.");
	if (end)
		*end = '\0';
	return tl_looks_up_within(symbol);
}

static void show_caller(struct seq_file *seq, const struct tl_line *line)
{
	char symbol[KSYM_SYMBOL_LEN];

	tl_show_word(seq, event_caller_name(line->event, symbol));
}

/* For whom a lookup was made, if not to receive a segment. */
static const char *event_purpose(const struct tl_event *event)
{
	static const struct {
		const char *caller;
		const char *purpose;	/* NULL: to receive */
	} known[] = {
		{ "tcp_v4_early_demux", NULL },
		{ "tcp_v6_early_demux", NULL },
		{ "tcp_v4_rcv", NULL },
		{ "tcp_v6_rcv", NULL },
		{ "__inet_lookup_listener", NULL },
		{ "inet6_lookup_listener", NULL },
		{ "tcp_v4_err", TCP_LOOKUP_DETAIL_ICMP },
		{ "tcp_v6_err", TCP_LOOKUP_DETAIL_ICMP },
		{ "tcp_v4_send_reset", TCP_LOOKUP_DETAIL_RESET_KEY },
		{ "tcp_v6_send_reset", TCP_LOOKUP_DETAIL_RESET_KEY },
		/* One of them, depending on what the compiler has inlined. */
		{ "inet_diag_find_one_icsk", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "inet_diag_dump_one_icsk", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "tcp_diag_find_one_icsk", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "tcp_diag_dump_one", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "tcp_diag_destroy", TCP_LOOKUP_DETAIL_SOCK_DIAG },
	};
	char symbol[KSYM_SYMBOL_LEN];
	const char *name = event_caller_name(event, symbol);
	unsigned int i;

	if (name)
		for (i = 0; i < ARRAY_SIZE(known); i++)
			if (!strcmp(name, known[i].caller))
				return known[i].purpose;
	return event->id ? NULL : TCP_LOOKUP_DETAIL_OTHER;
}

static void show_detail(struct seq_file *seq, const struct tl_line *line)
{
	const struct tl_event *event = line->event;
	const char *word = details[event->detail];

	if (event->detail == TL_DETAIL_NONE && event_is_lookup(event))
		word = event_purpose(event);
	tl_show_word(seq, word);
}

static void show_outcome(struct seq_file *seq, const struct tl_line *line)
{
	if (line->event->what == TL_LOST)
		tl_show_number(seq, line->event->lost);
	else
		tl_show_word(seq, outcomes[line->event->outcome]);
}

static void show_reason(struct seq_file *seq, const struct tl_line *line)
{
	const struct tl_event *event = line->event;

	switch (event->reason_of) {
	case TL_REASON_DROP:
		tl_show_word(seq, tl_drop_reason_name(event->reason));
		break;
	case TL_REASON_RESET:
		tl_show_word(seq, tl_reset_reason_name(event->reason));
		break;
	default:
		tl_show_none(seq);
	}
}

/* As tcpdump writes them. */
static void show_flags(struct seq_file *seq, const struct tl_line *line)
{
	static const struct {
		u8 bit;
		char letter;
	} letters[] = {
		{ 0x01, 'F' }, { 0x02, 'S' }, { 0x04, 'R' }, { 0x08, 'P' },
		{ 0x10, '.' }, { 0x20, 'U' }, { 0x40, 'E' }, { 0x80, 'W' },
	};
	unsigned int i;

	if (!line->event->segment.has_header || !line->event->segment.flags) {
		tl_show_none(seq);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(letters); i++)
		if (line->event->segment.flags & letters[i].bit)
			seq_putc(seq, letters[i].letter);
}

static void show_device(struct seq_file *seq, const struct tl_line *line)
{
	const struct net_device *dev = NULL;

	rcu_read_lock();
	if (line->event->ifindex)
		dev = dev_get_by_index_rcu(line->net, line->event->ifindex);
	tl_show_word(seq, dev ? dev->name : NULL);
	rcu_read_unlock();
}

#define SEGMENT(column, condition, print) \
	CELL(column, event, event->segment.condition, print)

CELL(number, event, true, tl_show_number(seq, event->number))
CELL(time, event, true, tl_show_number(seq, event->time))
CELL(segment, event, event->id, tl_show_number(seq, event->id))
CELL(cause, event, event->cause, tl_show_number(seq, event->cause))
CELL(event, event, true, tl_show_word(seq, whats[event->what]))
SEGMENT(family, family, tl_show_word(seq, tl_family_name(event->segment.family)))
SEGMENT(source_address, family,
	tl_show_address(seq, event->segment.family, &event->segment.source))
SEGMENT(source_port, family, tl_show_number(seq, event->segment.source_port))
SEGMENT(destination_address, family,
	tl_show_address(seq, event->segment.family, &event->segment.destination))
SEGMENT(destination_port, family, tl_show_number(seq, event->segment.destination_port))
SEGMENT(sequence, has_header, tl_show_number(seq, event->segment.sequence))
SEGMENT(acknowledgment, has_header, tl_show_number(seq, event->segment.acknowledgment))
SEGMENT(length, has_header, tl_show_number(seq, event->segment.length))
CELL(kind, event, event->has_socket, tl_show_word(seq, tl_kind_name(event->kind)))
CELL(state, event, event->has_socket, tl_show_word(seq, tl_state_name(event->state)))
CELL(state_after, event, event->state_after, tl_show_word(seq, tl_state_name(event->state_after)))
CELL(cookie, event, event->cookie, tl_show_number(seq, event->cookie))

static const struct tl_column cells[] = {
	COLUMN(number, 6),
	COLUMN(time, 19),
	COLUMN(segment, 7),
	COLUMN(cause, 5),
	COLUMN(event, 25),
	COLUMN(caller, 22),
	COLUMN(detail, 8),
	COLUMN(outcome, 9),
	COLUMN(reason, 9),
	COLUMN(family, 6),
	COLUMN(source_address, 14),
	COLUMN(source_port, 11),
	COLUMN(destination_address, 19),
	COLUMN(destination_port, 16),
	COLUMN(device, 6),
	COLUMN(flags, 5),
	COLUMN(sequence, 10),
	COLUMN(acknowledgment, 14),
	COLUMN(length, 6),
	COLUMN(kind, 8),
	COLUMN(state, 12),
	COLUMN(state_after, 12),
	COLUMN(cookie, 6),
};

const struct tl_column_set tl_trace_columns = { cells, ARRAY_SIZE(cells) };
