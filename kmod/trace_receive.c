// SPDX-License-Identifier: GPL-2.0-only
/*
 * A segment arrives. In the order of the receive path: IP, early demux, tcp_v4_rcv(),
 * and, once a socket is found, the function for that socket's state.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/inet_connection_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "compat.h"
#include "trace_call.h"
#include "trace_reader.h"

/* What has happened in the window of the innermost call. */
static unsigned int window_seen(void)
{
	const struct tl_window *window = tl_window_here();

	return window ? window->seen : 0;
}

static void window_note_seen(unsigned int seen)
{
	struct tl_window *window = tl_window_here();

	if (window)
		window->seen |= seen;
}

/* --- before a socket is known ----------------------------------------------- */

/* From here on skb->dev is where the segment arrived, until TCP queues it. */
static bool receive_arrives(struct tl_call *call, struct sk_buff *skb, u16 family, bool in_tcp)
{
	if (!tl_call_segment(call, dev_net(skb->dev), skb, family, in_tcp))
		return false;
	call->event.ifindex = skb->dev->ifindex;
	tl_call_open(call);
	return true;
}

/*
 * ip_rcv(skb, dev, …): the segment is in IP, not yet in TCP. Netfilter runs within this
 * function (nft's tproxy looks up a socket, its reject answers), and so does early demux
 * where the compiler has inlined it. ip_rcv() is called through a pointer, so the compiler
 * never changes its arguments. Packets that arrive as a list (ip_list_rcv(), from a driver
 * with GRO) bypass it: for these only TCP's own functions are seen.
 */
static bool ip_enter(struct tl_call *call, struct pt_regs *regs)
{
	struct sk_buff *skb = (struct sk_buff *)tl_argument(regs, 0);
	bool ipv6 = call->event.what == TL_IP_RCV6;

	return skb->pkt_type == PACKET_HOST &&
	       receive_arrives(call, skb, ipv6 ? AF_INET6 : AF_INET, false);
}

/* skb->sk, if early demux has attached it. */
static struct sock *skb_demuxed_socket(const struct sk_buff *skb)
{
	return skb->destructor == sock_edemux ? skb->sk : NULL;
}

/* tcp_v4_early_demux(skb) searches ehash only, and only for packets to this host. */
static bool demux_enter(struct tl_call *call, struct pt_regs *regs)
{
	struct sk_buff *skb = (struct sk_buff *)tl_argument(regs, 0);
	bool ipv6 = call->event.what == TL_EARLY_DEMUX6;

	return skb->pkt_type == PACKET_HOST &&
	       receive_arrives(call, skb, ipv6 ? AF_INET6 : AF_INET, false);
}

static void demux_leave(struct tl_call *call, struct pt_regs *regs)
{
	struct sock *sk = skb_demuxed_socket(call->skb);

	tl_call_close(call);
	call->event.outcome = sk ? TL_HIT : TL_MISS;
	tl_event_socket(&call->event, sk);
	tl_trace_emit(call->net, &call->event);
}

/* tcp_v4_rcv(skb) */
static bool rcv_enter(struct tl_call *call, struct pt_regs *regs)
{
	struct sk_buff *skb = (struct sk_buff *)tl_argument(regs, 0);
	bool ipv6 = call->event.what == TL_RCV6;
	struct sock *sk;

	if (!receive_arrives(call, skb, ipv6 ? AF_INET6 : AF_INET, true))
		return false;

	sk = skb_demuxed_socket(skb);
	if (sk) {
		call->event.detail = TL_DETAIL_EARLY_DEMUX;
		tl_event_socket(&call->event, sk);
		if (call->event.kind == TL_KIND_TIMEWAIT)
			window_note_seen(TL_SEEN_TIME_WAIT);
	}
	tl_trace_emit(call->net, &call->event);
	return true;
}

/* By now the segment may be freed: do not touch it. */
static void receive_leave(struct tl_call *call, struct pt_regs *regs)
{
	tl_call_close(call);
}

/* --- a socket handles it ------------------------------------------------------- */

static u16 skb_family(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6) ? AF_INET6 : AF_INET;
}

/* A function whose n-th argument is the socket, and the next one the segment. */
static bool receive_deals(struct tl_call *call, struct pt_regs *regs, unsigned int n)
{
	struct sock *sk = (struct sock *)tl_argument(regs, n);
	struct sk_buff *skb = (struct sk_buff *)tl_argument(regs, n + 1);

	if (!skb || !tl_call_segment(call, sock_net(sk), skb, skb_family(skb), true))
		return false;
	call->sk = sk;
	tl_event_socket(&call->event, sk);
	return true;
}

static bool rcv_state_enter(struct tl_call *call, struct pt_regs *regs)
{
	if (!receive_deals(call, regs, 0))
		return false;
	tl_call_open(call);
	return true;
}

/* tcp_rcv_state_process(sk, skb): not 0 if a RST is to be sent. */
static void rcv_state_leave(struct tl_call *call, struct pt_regs *regs)
{
	tl_call_close(call);
	call->event.outcome = (u32)regs_return_value(regs) ? TL_OUTCOME_RESET : TL_OUTCOME_OK;
	/* The caller still holds the socket. */
	call->event.state_after = inet_sk_state_load(call->sk);
	tl_trace_emit(call->net, &call->event);
}

/* tcp_rcv_established(sk, skb), and others of which only the entry is reported. */
static bool receive_enter(struct tl_call *call, struct pt_regs *regs)
{
	if (!receive_deals(call, regs, 0))
		return false;
	tl_trace_emit(call->net, &call->event);
	if (call->event.what == TL_RCV_ESTABLISHED)
		tl_call_open(call);
	return true;
}

/* tcp_conn_request(rsk_ops, af_ops, sk, skb): a SYN has reached a listener. */
static bool conn_request_enter(struct tl_call *call, struct pt_regs *regs)
{
	if (!receive_deals(call, regs, 2))
		return false;
	tl_call_open(call);
	return true;
}

static void conn_request_leave(struct tl_call *call, struct pt_regs *regs)
{
	unsigned int seen = window_seen();

	tl_call_close(call);
	if (seen & TL_SEEN_CHILD) {		/* TCP Fast Open */
		call->event.outcome = TL_OUTCOME_CHILD;
	} else if (seen & TL_SEEN_REQUEST) {
		call->event.outcome = TL_OUTCOME_REQUEST;
	} else if (seen & TL_SEEN_SYNACK) {	/* answered, and nothing kept */
		call->event.outcome = TL_OUTCOME_COOKIE;
	} else {
		call->event.outcome = TL_OUTCOME_DROPPED;
		if (sk_acceptq_is_full(call->sk))
			call->event.detail = TL_DETAIL_ACCEPT_QUEUE_FULL;
	}
	tl_trace_emit(call->net, &call->event);
}

/* inet_csk_reqsk_queue_hash_add(sk, req, timeout), within tcp_conn_request(). */
static bool hash_add_enter(struct tl_call *call, struct pt_regs *regs)
{
	window_note_seen(TL_SEEN_REQUEST);
	return true;
}

/* tcp_check_req(sk, skb, req, …) → the child, the listener itself, or nothing. */
static bool check_req_enter(struct tl_call *call, struct pt_regs *regs)
{
	struct sock *req = (struct sock *)tl_argument(regs, 2);

	if (!receive_deals(call, regs, 0))
		return false;
	tl_event_socket(&call->event, req);
	tl_call_open(call);
	return true;
}

static void check_req_leave(struct tl_call *call, struct pt_regs *regs)
{
	const struct sock *result = (const struct sock *)regs_return_value(regs);

	tl_call_close(call);
	if (!result)
		call->event.outcome = TL_OUTCOME_NONE;
	else if (result == call->sk)
		call->event.outcome = TL_OUTCOME_LISTENER;
	else
		call->event.outcome = TL_OUTCOME_CHILD;
	tl_trace_emit(call->net, &call->event);
}

/* tcp_v4_syn_recv_sock(sk, skb, req, …) → the child. */
static bool child_enter(struct tl_call *call, struct pt_regs *regs)
{
	return receive_deals(call, regs, 0);
}

static void child_leave(struct tl_call *call, struct pt_regs *regs)
{
	struct sock *child = (struct sock *)regs_return_value(regs);

	call->event.outcome = child ? TL_OUTCOME_CHILD : TL_OUTCOME_NONE;
	if (child) {
		window_note_seen(TL_SEEN_CHILD);
		tl_event_socket(&call->event, child);
	}
	tl_trace_emit(call->net, &call->event);
}

/* tcp_timewait_state_process(tw, skb, …) may free tw. */
static bool time_wait_enter(struct tl_call *call, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw = (struct inet_timewait_sock *)tl_argument(regs, 0);
	struct sk_buff *skb = (struct sk_buff *)tl_argument(regs, 1);

	if (!tl_call_segment(call, twsk_net(tw), skb, skb_family(skb), true))
		return false;
	tl_event_socket(&call->event, (struct sock *)tw);
	window_note_seen(TL_SEEN_TIME_WAIT);
	tl_call_open(call);
	return true;
}

static void time_wait_leave(struct tl_call *call, struct pt_regs *regs)
{
	tl_call_close(call);
	switch ((enum tcp_tw_status)regs_return_value(regs)) {
	case TCP_TW_RST:
		call->event.outcome = TL_OUTCOME_TW_RESET;
		break;
	case TCP_TW_SYN:
		call->event.outcome = TL_OUTCOME_TW_SYN;
		break;
	case TCP_TW_SUCCESS:
		call->event.outcome = TL_OUTCOME_TW_SUCCESS;
		break;
	default:	/* TCP_TW_ACK, and TCP_TW_ACK_OOW since 6.14 */
		call->event.outcome = TL_OUTCOME_TW_ACK;
	}
	tl_trace_emit(call->net, &call->event);
}

static const struct tl_function receive_functions[] = {
	{ "ip_rcv", TL_IP_RCV4, ip_enter, receive_leave, .silent = true },
	{ "ipv6_rcv", TL_IP_RCV6, ip_enter, receive_leave, .silent = true },
	{ "tcp_v4_early_demux", TL_EARLY_DEMUX4, demux_enter, demux_leave },
	{ "tcp_v6_early_demux", TL_EARLY_DEMUX6, demux_enter, demux_leave },
	{ "tcp_v4_rcv", TL_RCV4, rcv_enter, receive_leave },
	{ "tcp_v6_rcv", TL_RCV6, rcv_enter, receive_leave },
	{ "tcp_add_backlog", TL_BACKLOG, receive_enter, NULL },
	{ "tcp_conn_request", TL_CONN_REQUEST, conn_request_enter, conn_request_leave },
	{ "inet_csk_reqsk_queue_hash_add", TL_REQUEST_QUEUED, hash_add_enter, .silent = true },
	{ "tcp_check_req", TL_CHECK_REQ, check_req_enter, check_req_leave },
	{ "tcp_v4_syn_recv_sock", TL_CHILD4, child_enter, child_leave },
	{ "tcp_v6_syn_recv_sock", TL_CHILD6, child_enter, child_leave },
	{ "tcp_rcv_state_process", TL_RCV_STATE, rcv_state_enter, rcv_state_leave },
	{ "tcp_rcv_established", TL_RCV_ESTABLISHED, receive_enter, receive_leave },
	{ "tcp_timewait_state_process", TL_TIME_WAIT, time_wait_enter, time_wait_leave },
};

const struct tl_function_set tl_receive_functions = {
	receive_functions, ARRAY_SIZE(receive_functions)
};
