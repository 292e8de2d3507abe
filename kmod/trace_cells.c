// SPDX-License-Identifier: GPL-2.0-only
/* The cells of the view "trace": one event. */
#include <linux/bits.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>

#include "cells.h"
#include "compat.h"
#include "tcp_lookup/contract.h"
#include "trace_caller.h"
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

/* Why a lookup was made, if not to receive a segment. */
static const char *event_purpose(const struct tl_event *event, const struct tl_caller *caller)
{
	return caller->known || event->id ? caller->purpose : TCP_LOOKUP_DETAIL_OTHER;
}

static char *cell_caller(char *at, const struct tl_line *line)
{
	if (!line->event->caller)
		return tl_put_none(at);
	return tl_put_word(at, tl_caller_find(line->callers, line->event->caller)->name);
}

static char *cell_detail(char *at, const struct tl_line *line)
{
	const struct tl_event *event = line->event;
	const char *word = details[event->detail];

	if (event->detail == TL_DETAIL_NONE && event_is_lookup(event))
		word = event_purpose(event, tl_caller_find(line->callers, event->caller));
	return tl_put_word(at, word);
}

static char *cell_outcome(char *at, const struct tl_line *line)
{
	if (line->event->what == TL_LOST)
		return tl_put_number(at, line->event->lost);
	return tl_put_word(at, outcomes[line->event->outcome]);
}

static char *cell_reason(char *at, const struct tl_line *line)
{
	const struct tl_event *event = line->event;

	switch (event->reason_of) {
	case TL_REASON_DROP:
		return tl_put_word(at, tl_drop_reason_name(event->reason));
	case TL_REASON_RESET:
		return tl_put_word(at, tl_reset_reason_name(event->reason));
	default:
		return tl_put_none(at);
	}
}

/* As tcpdump writes them. */
static char *cell_flags(char *at, const struct tl_line *line)
{
	static const char letters[8] = { 'F', 'S', 'R', 'P', '.', 'U', 'E', 'W' };
	const struct tl_segment *segment = &line->event->segment;
	unsigned int i;

	if (!segment->has_header || !segment->flags)
		return tl_put_none(at);
	for (i = 0; i < ARRAY_SIZE(letters); i++)
		if (segment->flags & BIT(i))
			*at++ = letters[i];
	return at;
}

static char *cell_device(char *at, const struct tl_line *line)
{
	const struct net_device *dev = NULL;

	rcu_read_lock();
	if (line->event->ifindex)
		dev = dev_get_by_index_rcu(line->net, line->event->ifindex);
	at = tl_put_word(at, dev ? dev->name : NULL);
	rcu_read_unlock();
	return at;
}

#define SEGMENT(column, condition, print) \
	CELL(column, event, event->segment.condition, print)

CELL(number, event, true, tl_put_number(at, event->number))
CELL(time, event, true, tl_put_number(at, event->time))
CELL(segment, event, event->id, tl_put_number(at, event->id))
CELL(cause, event, event->cause, tl_put_number(at, event->cause))
CELL(event, event, true, tl_put_word(at, whats[event->what]))
SEGMENT(family, family, tl_put_known(at, tl_family_name(event->segment.family)))
SEGMENT(source_address, family,
	tl_put_address(at, event->segment.family, &event->segment.source))
SEGMENT(source_port, family, tl_put_number(at, event->segment.source_port))
SEGMENT(destination_address, family,
	tl_put_address(at, event->segment.family, &event->segment.destination))
SEGMENT(destination_port, family, tl_put_number(at, event->segment.destination_port))
SEGMENT(sequence, has_header, tl_put_number(at, event->segment.sequence))
SEGMENT(acknowledgment, has_header, tl_put_number(at, event->segment.acknowledgment))
SEGMENT(length, has_header, tl_put_number(at, event->segment.length))
CELL(kind, event, event->has_socket, tl_put_known(at, tl_kind_name(event->kind)))
CELL(state, event, event->has_socket, tl_put_known(at, tl_state_name(event->state)))
CELL(state_after, event, event->state_after, tl_put_known(at, tl_state_name(event->state_after)))
CELL(cookie, event, event->cookie, tl_put_number(at, event->cookie))

static const struct tl_column cells[] = {
	COLUMN(number, TL_OF_EVENT, 6),
	COLUMN(time, TL_OF_EVENT, 19),
	COLUMN(segment, TL_OF_EVENT, 7),
	COLUMN(cause, TL_OF_EVENT, 5),
	COLUMN(event, TL_OF_EVENT, 25),
	COLUMN(caller, TL_OF_EVENT, 22),
	COLUMN(detail, TL_OF_EVENT, 8),
	COLUMN(outcome, TL_OF_EVENT, 9),
	COLUMN(reason, TL_OF_EVENT, 9),
	COLUMN(family, TL_OF_EVENT, 6),
	COLUMN(source_address, TL_OF_EVENT, 14),
	COLUMN(source_port, TL_OF_EVENT, 11),
	COLUMN(destination_address, TL_OF_EVENT, 19),
	COLUMN(destination_port, TL_OF_EVENT, 16),
	COLUMN(device, TL_OF_EVENT, 6),
	COLUMN(flags, TL_OF_EVENT, 5),
	COLUMN(sequence, TL_OF_EVENT, 10),
	COLUMN(acknowledgment, TL_OF_EVENT, 14),
	COLUMN(length, TL_OF_EVENT, 6),
	COLUMN(kind, TL_OF_EVENT, 8),
	COLUMN(state, TL_OF_EVENT, 12),
	COLUMN(state_after, TL_OF_EVENT, 12),
	COLUMN(cookie, TL_OF_EVENT, 6),
};

const struct tl_column_set tl_trace_columns = { cells, ARRAY_SIZE(cells), NULL };
