/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The contract between tcp_lookup.ko and user space: where the views are, which
 * columns each one prints, and which words they may contain.
 *
 * Every view is text. Lines that begin with '#' are remarks. The first line
 * that is not a remark is the header: the names of the columns, separated by
 * blanks. Every later line is a row with exactly as many words. A value never
 * contains a blank; a value that does not apply, or cannot be known, is "-"; a
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
#define TCP_LOOKUP_VIEW_TRACE "trace"

/*
 * info: one fact per row.
 * Facts that every kernel gives: schema, module_version, kernel, netns_inode,
 * ehash_buckets, ehash_mask, ehash_private (1: this namespace has a table of
 * its own), lhash2_buckets, lhash2_mask, bhash_buckets, bhash2 (1: this
 * kernel has the second bind table). Facts whose name begins with "sees_" say
 * yes, or no and why (words joined by '_'). "sees_trace" is about the view;
 * "sees_drop_reasons" whether kfree_skb reports every drop, and its reason;
 * "sees_" and a function's name says whether its calls can be seen here, which
 * they cannot where the compiler has inlined it. trace_missed counts the calls
 * that a probe of the trace was too busy to see, since the module was loaded.
 */
#define TCP_LOOKUP_COLUMNS_INFO "name value"
#define TCP_LOOKUP_SEES_DROP_REASONS "drop_reasons"

/* listeners: the listener hash, lhash2 (struct inet_hashinfo::lhash2). */
#define TCP_LOOKUP_COLUMNS_LISTENERS \
	"bucket position family local_address local_port device v6only " \
	"reuseport accept_queue accept_queue_max uid inode cookie"

/* bound: the bind table, bhash, and what each socket is besides bound. */
#define TCP_LOOKUP_COLUMNS_BOUND \
	"bucket family local_address local_port device v6only reuseaddr " \
	"reuseport role kind state remote_address remote_port uid inode cookie"

/* ehash: the established hash; every kind of socket that can be in it. */
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
 * skipped. For each line the answer has one row per step, in the order of the
 * receive path; "query" counts the 4-tuples from 1.
 */
#define TCP_LOOKUP_COLUMNS_LOOKUP \
	"query step bucket walked result score kind state local_address " \
	"local_port remote_address remote_port device uid inode cookie " \
	"agrees verdict handler caveat"

/*
 * If the first line of a write is this word, only verdicts are wanted: the answer has one row
 * for each 4-tuple. The module then calls only the kernel's own functions, so
 * there are no steps to compare them with, and no caveats.
 */
#define TCP_LOOKUP_VERDICTS "verdicts"
#define TCP_LOOKUP_COLUMNS_VERDICTS "query verdict state cookie"

/* The most bytes in one write to "lookup", and the most tuples in it. */
#define TCP_LOOKUP_WRITE_MAX 65536
#define TCP_LOOKUP_QUERIES_MAX 1024

/*
 * After a write that was refused, the next read gives this header and a row:
 * the errno's name, the place in the text (from 1; "-" if the reason is not
 * about a place) and the reason, words joined by '_'.
 */
#define TCP_LOOKUP_COLUMNS_LOOKUP_ERROR "error line column reason"

/*
 * trace: each TCP segment's path through the kernel, as it happens. One row per
 * event, and no end: a read waits for the next event (O_NONBLOCK and poll()
 * work as usual). Events begin when the file is opened. Rows are in the order in
 * which their outcomes were known: a function's row comes after those of what it
 * called, unless its outcome is "enter".
 *
 * number: counts the events of this reader from 1, including lost ones. An event
 * "lost" replaces as many events as "outcome" says; its number is the number of
 * events until then.
 * time: CLOCK_REALTIME in nanoseconds, as a capture's.
 * segment: one number for one segment, from the host that sends it to the one
 * that receives it where both are traced. "-": not for a segment.
 * cause: of a segment that is sent, the received one that it answers.
 * event: the kernel's function or tracepoint.
 * caller: of a lookup or a reset, the calling function, as the source names it:
 * early demux even where the compiler has inlined it.
 * detail: see below.
 * outcome: see below. reason: of a drop or a reset, the kernel's own name for
 * it, without SKB_DROP_REASON_ or SK_RST_REASON_.
 * source … length: the segment, or what was looked up, or (for
 * inet_sock_set_state) the socket's local and remote end. flags as tcpdump
 * writes them; sequence and acknowledgment as on the wire; length: of the data.
 * kind, state, cookie (SO_COOKIE): the socket found or handled, and its state
 * before; state_after: its state when the function returned.
 */
#define TCP_LOOKUP_COLUMNS_TRACE \
	"number time segment cause event caller detail outcome reason " \
	"family source_address source_port destination_address " \
	"destination_port device flags sequence acknowledgment length kind " \
	"state state_after cookie"

/*
 * event, for IPv4 and IPv6, and its outcomes. HIT and MISS say whether there
 * was a socket.
 */
#define TCP_LOOKUP_EVENT_EARLY_DEMUX4 "tcp_v4_early_demux" /* hit, miss */
#define TCP_LOOKUP_EVENT_EARLY_DEMUX6 "tcp_v6_early_demux"
#define TCP_LOOKUP_EVENT_RCV4 "tcp_v4_rcv" /* enter */
#define TCP_LOOKUP_EVENT_RCV6 "tcp_v6_rcv"
#define TCP_LOOKUP_EVENT_ESTABLISHED4 "__inet_lookup_established" /* hit, miss */
#define TCP_LOOKUP_EVENT_ESTABLISHED6 "__inet6_lookup_established"
#define TCP_LOOKUP_EVENT_LISTENER4 "__inet_lookup_listener" /* hit, miss */
#define TCP_LOOKUP_EVENT_LISTENER6 "inet6_lookup_listener"
#define TCP_LOOKUP_EVENT_LHASH4 "inet_lhash2_lookup" /* hit, miss */
#define TCP_LOOKUP_EVENT_LHASH6 "inet6_lhash2_lookup"
/* A SYN to a listener: request, cookie (a SYN cookie: nothing is kept), dropped. */
#define TCP_LOOKUP_EVENT_CONN_REQUEST "tcp_conn_request"
/* A segment for a request: child, listener (a wrong ACK: the listener resets it), none. */
#define TCP_LOOKUP_EVENT_CHECK_REQ "tcp_check_req"
/* The child is made: child, none. */
#define TCP_LOOKUP_EVENT_CHILD4 "tcp_v4_syn_recv_sock"
#define TCP_LOOKUP_EVENT_CHILD6 "tcp_v6_syn_recv_sock"
/* Every state but ESTABLISHED: ok, reset (a RST will be sent). */
#define TCP_LOOKUP_EVENT_RCV_STATE "tcp_rcv_state_process"
#define TCP_LOOKUP_EVENT_RCV_ESTABLISHED "tcp_rcv_established" /* enter */
/* enum tcp_tw_status: success (dropped), reset, ack, syn (a new connection). */
#define TCP_LOOKUP_EVENT_TIME_WAIT "tcp_timewait_state_process"
/* A RST is sent for this segment: no-socket, socket. */
#define TCP_LOOKUP_EVENT_SEND_RESET4 "tcp_v4_send_reset"
#define TCP_LOOKUP_EVENT_SEND_RESET6 "tcp_v6_send_reset"
/* A RST is sent that answers no segment: enter. */
#define TCP_LOOKUP_EVENT_ACTIVE_RESET "tcp_send_active_reset"
/* A RST has arrived and ends the connection: enter. */
#define TCP_LOOKUP_EVENT_RESET "tcp_reset"
/* A system call has the socket locked, and processes the segment later: enter. */
#define TCP_LOOKUP_EVENT_BACKLOG "tcp_add_backlog"
/* A segment is passed to IP, by TCP or (a RST that answers) by netfilter: enter. */
#define TCP_LOOKUP_EVENT_SEND4 "__ip_local_out"
#define TCP_LOOKUP_EVENT_SEND6 "ip6_xmit"
#define TCP_LOOKUP_EVENT_LOCAL_OUT6 "__ip6_local_out" /* netfilter's RST only */
/* Tracepoints. */
#define TCP_LOOKUP_EVENT_DROP "kfree_skb" /* dropped */
#define TCP_LOOKUP_EVENT_SET_STATE "inet_sock_set_state" /* enter */
/* Of the trace itself: the reader was too slow. */
#define TCP_LOOKUP_EVENT_LOST "lost" /* how many */

/* outcome, besides HIT and MISS */
#define TCP_LOOKUP_OUTCOME_ENTER "enter"
#define TCP_LOOKUP_OUTCOME_REQUEST "request"
#define TCP_LOOKUP_OUTCOME_COOKIE "cookie" /* a SYN cookie */
#define TCP_LOOKUP_OUTCOME_DROPPED "dropped"
#define TCP_LOOKUP_OUTCOME_CHILD "child"
#define TCP_LOOKUP_OUTCOME_LISTENER "listener"
#define TCP_LOOKUP_OUTCOME_NONE "none"
#define TCP_LOOKUP_OUTCOME_OK "ok"
#define TCP_LOOKUP_OUTCOME_RESET "reset"
#define TCP_LOOKUP_OUTCOME_SUCCESS "success"
#define TCP_LOOKUP_OUTCOME_ACK "ack"
#define TCP_LOOKUP_OUTCOME_SYN "syn"
#define TCP_LOOKUP_OUTCOME_NO_SOCKET "no-socket"
#define TCP_LOOKUP_OUTCOME_SOCKET "socket"

/* detail: of inet_lhash2_lookup, which address was looked up */
#define TCP_LOOKUP_DETAIL_EXACT "exact"
#define TCP_LOOKUP_DETAIL_WILDCARD "wildcard"
/* … of a lookup that is not for receiving a segment, its purpose */
#define TCP_LOOKUP_DETAIL_ICMP "icmp-error" /* tcp_v4_err, tcp_v6_err */
#define TCP_LOOKUP_DETAIL_TIME_WAIT "time-wait" /* may a new connection begin? */
#define TCP_LOOKUP_DETAIL_RESET_KEY "reset-key" /* whose MD5 or AO key signs the RST */
#define TCP_LOOKUP_DETAIL_SOCK_DIAG "sock-diag"
#define TCP_LOOKUP_DETAIL_OTHER "other" /* see caller; not to receive a segment */
/* … of tcp_conn_request that dropped, why */
#define TCP_LOOKUP_DETAIL_ACCEPT_QUEUE_FULL "accept-queue-full"
/* … of tcp_v4_rcv: early demux has found the socket, nothing is looked up */
#define TCP_LOOKUP_DETAIL_EARLY_DEMUX "early-demux"

/* step */
#define TCP_LOOKUP_STEP_EHASH "ehash" /* __inet_lookup_established() */
#define TCP_LOOKUP_STEP_EXACT "lhash2-exact" /* inet_lhash2_lookup(daddr) */
#define TCP_LOOKUP_STEP_WILDCARD "lhash2-wildcard" /* … (INADDR_ANY / ::) */
#define TCP_LOOKUP_STEP_BIND "bind" /* which socket holds the port, listening or not */
#define TCP_LOOKUP_STEP_VERDICT "verdict" /* the kernel's own functions */

/* result */
#define TCP_LOOKUP_HIT "hit"
#define TCP_LOOKUP_MISS "miss"
#define TCP_LOOKUP_SKIPPED "skipped" /* an earlier step hit: not reached */
/* bind: only connections among the first sockets on a port that has more. */
#define TCP_LOOKUP_CUT "cut"

/* family */
#define TCP_LOOKUP_INET "inet"
#define TCP_LOOKUP_INET6 "inet6"

/* kind: which struct the row is made from */
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

/* verdict: what happens to a SYN with that 4-tuple. "handler" is the function. */
#define TCP_LOOKUP_VERDICT_RST "RST" /* tcp_v4_send_reset */
#define TCP_LOOKUP_VERDICT_CONN_REQUEST "CONN-REQUEST" /* tcp_conn_request */
#define TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN \
	"SIMULTANEOUS-OPEN" /* tcp_rcv_synsent_state_process */
#define TCP_LOOKUP_VERDICT_CHALLENGE_ACK \
	"CHALLENGE-ACK" /* tcp_validate_incoming */
#define TCP_LOOKUP_VERDICT_REQUEST "REQUEST" /* tcp_check_req */
#define TCP_LOOKUP_VERDICT_TIME_WAIT \
	"TIME-WAIT" /* tcp_timewait_state_process */

/* caveat: why a live segment may get another answer; words joined by ','. */
#define TCP_LOOKUP_CAVEAT_SK_LOOKUP "sk_lookup-bpf"
#define TCP_LOOKUP_CAVEAT_REUSEPORT "reuseport-bpf"
#define TCP_LOOKUP_CAVEAT_INCOMING_CPU "incoming-cpu"
/* No "dev" was given, and so a socket bound to a device was skipped. */
#define TCP_LOOKUP_CAVEAT_NO_DEVICE "no-device"

#endif
