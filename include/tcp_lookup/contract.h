/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The contract between tcp_lookup.ko and user space: where the views are, which
 * columns each one prints, and which words may stand in them.
 *
 * Every view is text. Lines that begin with '#' are remarks. The first line
 * that is no remark is the header: the names of the columns, separated by
 * blanks. Every later line is a row with exactly as many words. A value never
 * holds a blank; a value that does not apply, or cannot be known, is "-"; a
 * flag is 0 or 1; an address never has a port or brackets with it.
 * Readers find a column by its name, never by its place: later schema versions
 * may add columns anywhere, and raise TCP_LOOKUP_SCHEMA only when the meaning
 * of an existing column changes.
 *
 * This file is C and C++, kernel and user space, and includes nothing.
 */
#ifndef TCP_LOOKUP_CONTRACT_H
#define TCP_LOOKUP_CONTRACT_H

#define TCP_LOOKUP_SCHEMA 1

/* Under /proc/net, so one directory in each network namespace. */
#define TCP_LOOKUP_DIR "tcp_lookup"

#define TCP_LOOKUP_VIEW_INFO "info"
#define TCP_LOOKUP_VIEW_LISTENERS "listeners"
#define TCP_LOOKUP_VIEW_BOUND "bound"
#define TCP_LOOKUP_VIEW_EHASH "ehash"
#define TCP_LOOKUP_VIEW_LOOKUP "lookup"

/*
 * info: one fact a row.
 * Facts that every kernel gives: schema, module_version, kernel, netns_inode,
 * ehash_buckets, ehash_mask, ehash_private (1: this namespace has a table of
 * its own), lhash2_buckets, lhash2_mask, bhash_buckets, bhash2 (1: this
 * kernel has the second bind table). Facts whose name begins with "sees_" say
 * yes, or no and why (words joined by '_').
 */
#define TCP_LOOKUP_COLUMNS_INFO "name value"

/* listeners: the listener hash, lhash2 (struct inet_hashinfo::lhash2). */
#define TCP_LOOKUP_COLUMNS_LISTENERS \
	"bucket position family local_address local_port device v6only " \
	"reuseport accept_queue accept_queue_max uid inode cookie"

/* bound: the bind table, bhash, with what each socket is otherwise. */
#define TCP_LOOKUP_COLUMNS_BOUND \
	"bucket family local_address local_port device v6only reuseaddr " \
	"reuseport role kind state remote_address remote_port uid inode cookie"

/* ehash: the established hash; every kind of socket that can stand there. */
#define TCP_LOOKUP_COLUMNS_EHASH \
	"bucket position family kind state local_address local_port " \
	"remote_address remote_port device uid inode cookie"

/*
 * lookup: one or many 4-tuples in, an explained answer out. A line in is
 *
 *	SOURCE:PORT DESTINATION:PORT [dev NAME]
 *
 * as the segment carries them, IPv6 addresses in brackets. "dev" is the
 * interface that it arrives on. Empty lines and lines that begin with '#' are
 * passed over. For each line the answer has one row a step, in the order of
 * the receive path; "query" counts the 4-tuples from 1.
 */
#define TCP_LOOKUP_COLUMNS_LOOKUP \
	"query step bucket walked result score kind state local_address " \
	"local_port remote_address remote_port device uid inode cookie " \
	"agrees verdict handler caveat"

/* The most bytes that one write to "lookup" may hold, and tuples in it. */
#define TCP_LOOKUP_WRITE_MAX 65536
#define TCP_LOOKUP_QUERIES_MAX 1024

/*
 * After a write that was refused, the next read gives this header and a row:
 * the errno's name, the place in the text (from 1; "-" if it is about no one
 * place) and why, words joined by '_'.
 */
#define TCP_LOOKUP_COLUMNS_LOOKUP_ERROR "error line column reason"

/* step */
#define TCP_LOOKUP_STEP_EHASH "ehash" /* __inet_lookup_established() */
#define TCP_LOOKUP_STEP_EXACT "lhash2-exact" /* inet_lhash2_lookup(daddr) */
#define TCP_LOOKUP_STEP_WILDCARD "lhash2-wildcard" /* … (INADDR_ANY / ::) */
#define TCP_LOOKUP_STEP_BIND "bind" /* who holds the port, heard or not */
#define TCP_LOOKUP_STEP_VERDICT "verdict" /* the kernel's own functions */

/* result */
#define TCP_LOOKUP_HIT "hit"
#define TCP_LOOKUP_MISS "miss"
#define TCP_LOOKUP_SKIPPED "skipped" /* an earlier step hit: not reached */

/* family */
#define TCP_LOOKUP_INET "inet"
#define TCP_LOOKUP_INET6 "inet6"

/* kind: what sort of struct stands behind the row */
#define TCP_LOOKUP_KIND_FULL "full" /* struct tcp_sock */
#define TCP_LOOKUP_KIND_REQUEST "request" /* struct tcp_request_sock */
#define TCP_LOOKUP_KIND_TIMEWAIT "timewait" /* struct tcp_timewait_sock */

/* role: what a socket of the bind table is besides bound */
#define TCP_LOOKUP_ROLE_NOTHING "nothing" /* bind() and no more */
#define TCP_LOOKUP_ROLE_LISTENING "listening" /* in lhash2 */
#define TCP_LOOKUP_ROLE_CONNECTED "connected" /* in ehash */

/* state: RFC 9293, section 3.3.2. A request socket is in SYN-RECEIVED. */
#define TCP_LOOKUP_STATE_ESTABLISHED "ESTABLISHED"
#define TCP_LOOKUP_STATE_SYN_SENT "SYN-SENT"
#define TCP_LOOKUP_STATE_SYN_RECV "SYN-RECEIVED"
#define TCP_LOOKUP_STATE_FIN_WAIT1 "FIN-WAIT-1"
#define TCP_LOOKUP_STATE_FIN_WAIT2 "FIN-WAIT-2"
#define TCP_LOOKUP_STATE_TIME_WAIT "TIME-WAIT"
#define TCP_LOOKUP_STATE_CLOSE "CLOSED"
#define TCP_LOOKUP_STATE_CLOSE_WAIT "CLOSE-WAIT"
#define TCP_LOOKUP_STATE_LAST_ACK "LAST-ACK"
#define TCP_LOOKUP_STATE_LISTEN "LISTEN"
#define TCP_LOOKUP_STATE_CLOSING "CLOSING"

/* verdict: what a SYN with that 4-tuple meets. "handler" is the function. */
#define TCP_LOOKUP_VERDICT_RST "RST" /* tcp_v4_send_reset */
#define TCP_LOOKUP_VERDICT_CONN_REQUEST "CONN-REQUEST" /* tcp_conn_request */
#define TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN \
	"SIMULTANEOUS-OPEN" /* tcp_rcv_synsent_state_process */
#define TCP_LOOKUP_VERDICT_CHALLENGE_ACK \
	"CHALLENGE-ACK" /* tcp_validate_incoming */
#define TCP_LOOKUP_VERDICT_REQUEST "REQUEST" /* tcp_check_req */
#define TCP_LOOKUP_VERDICT_TIME_WAIT \
	"TIME-WAIT" /* tcp_timewait_state_process */

/* caveat: why a live segment may fare otherwise; words joined by ','. */
#define TCP_LOOKUP_CAVEAT_SK_LOOKUP "sk_lookup-bpf"
#define TCP_LOOKUP_CAVEAT_REUSEPORT "reuseport-bpf"
#define TCP_LOOKUP_CAVEAT_INCOMING_CPU "incoming-cpu"
/* No "dev" was given, and a socket bound to a device was passed over for it. */
#define TCP_LOOKUP_CAVEAT_NO_DEVICE "no-device"

#endif
