// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only place that knows that a socket in TCP's tables may be one of three
 * structs, which share only their first part, struct sock_common.
 */
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/sock_diag.h>
#include <linux/string.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>

#include "compat.h"
#include "row.h"
#include "tcp_lookup/contract.h"
#include "text.h"

static void row_fill_address(union tl_addr *addr, u16 family, __be32 v4, const struct in6_addr *v6)
{
	if (family == AF_INET6)
		addr->v6 = *v6;
	else
		addr->v4 = v4;
}

/* Most sockets are not bound to a device. */
static noinline void row_fill_device(struct tl_row *row, const struct sock *sk, int ifindex)
{
	const struct net_device *dev;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(sock_net(sk), ifindex);
	if (dev)
		strscpy(row->device, dev->name, sizeof(row->device));
	else	/* the device is gone, the socket is still bound to its number */
		snprintf(row->device, sizeof(row->device), "%d", ifindex);
	rcu_read_unlock();
}

/* struct sock_common: the same in all three kinds. */
static void row_fill_common(struct tl_row *row, const struct sock *sk)
{
	int ifindex = READ_ONCE(sk->sk_bound_dev_if);

	row->family = sk->sk_family;
	row_fill_address(&row->local, row->family, sk->sk_rcv_saddr, &sk->sk_v6_rcv_saddr);
	row_fill_address(&row->remote, row->family, sk->sk_daddr, &sk->sk_v6_daddr);
	row->local_port = sk->sk_num;
	row->remote_port = ntohs(sk->sk_dport);
	row->v6only = sk->sk_ipv6only;
	row->reuseaddr = sk->sk_reuse != SK_NO_REUSE;
	row->reuseport = sk->sk_reuseport;
	row->device[0] = '\0';
	if (ifindex)
		row_fill_device(row, sk, ifindex);
}

static void row_fill_full(struct tl_row *row, struct sock *sk)
{
	/* The remote end in a closed socket belongs to an earlier connection. */
	row->has_remote = row->state != TCP_LISTEN && row->state != TCP_CLOSE;
	tl_socket_owner(sk, &row->uid, &row->inode);
	if (row->state == TCP_LISTEN) {
		row->accept_queue = READ_ONCE(sk->sk_ack_backlog);
		row->accept_queue_max = READ_ONCE(sk->sk_max_ack_backlog);
	}
}

enum tl_kind tl_socket_kind(const struct sock *sk, u8 *state)
{
	*state = inet_sk_state_load(sk);
	switch (*state) {
	case TCP_TIME_WAIT:
		/* The small struct also replaces a socket that stays in FIN-WAIT-2. */
		*state = READ_ONCE(inet_twsk(sk)->tw_substate);
		return TL_KIND_TIMEWAIT;
	case TCP_NEW_SYN_RECV:
		/* The kernel's private name for SYN-RECEIVED in a request. */
		*state = TCP_SYN_RECV;
		return TL_KIND_REQUEST;
	default:
		return TL_KIND_FULL;
	}
}

/* The same value as in sock_diag, so that rows of both can be joined. */
u64 tl_socket_cookie(struct sock *sk)
{
	u64 known = atomic64_read(&sk->sk_cookie);
	u32 cookie[2];

	if (known)
		return known;
	sock_diag_save_cookie(sk, cookie);
	return (u64)cookie[1] << 32 | cookie[0];
}

void tl_row_identify(struct tl_row *row, struct sock *sk)
{
	row->cookie = tl_socket_cookie(sk);
	row->kind = tl_socket_kind(sk, &row->state);
}

void tl_row_fill(struct tl_row *row, struct sock *sk)
{
	row->accept_queue = 0;
	row->accept_queue_max = 0;
	row_fill_common(row, sk);
	tl_row_identify(row, sk);
	if (row->kind == TL_KIND_FULL)
		row_fill_full(row, sk);
	else
		row->has_remote = true;
}

static bool row_same_address(u16 family, const union tl_addr *a, const union tl_addr *b)
{
	return family == AF_INET6 ? ipv6_addr_equal(&a->v6, &b->v6) : a->v4 == b->v4;
}

bool tl_row_alike(const struct tl_row *a, const struct tl_row *b)
{
	return a->bucket == b->bucket && a->local_port == b->local_port &&
	       a->family == b->family && row_same_address(a->family, &a->local, &b->local) &&
	       a->kind == b->kind && a->state == b->state && a->v6only == b->v6only &&
	       a->reuseaddr == b->reuseaddr && a->reuseport == b->reuseport &&
	       !*a->device && !*b->device;
}

const struct tl_word *tl_family_name(u16 family)
{
	return family == AF_INET6 ? TL_WORD_OF(TCP_LOOKUP_INET6) : TL_WORD_OF(TCP_LOOKUP_INET);
}

const struct tl_word *tl_kind_name(enum tl_kind kind)
{
	switch (kind) {
	case TL_KIND_REQUEST:
		return TL_WORD_OF(TCP_LOOKUP_KIND_REQUEST);
	case TL_KIND_TIMEWAIT:
		return TL_WORD_OF(TCP_LOOKUP_KIND_TIMEWAIT);
	default:
		return TL_WORD_OF(TCP_LOOKUP_KIND_FULL);
	}
}

const struct tl_word *tl_state_name(u8 state)
{
	static const struct tl_word names[] = {
		[TCP_ESTABLISHED] = TL_WORD(TCP_LOOKUP_STATE_ESTABLISHED),
		[TCP_SYN_SENT] = TL_WORD(TCP_LOOKUP_STATE_SYN_SENT),
		[TCP_SYN_RECV] = TL_WORD(TCP_LOOKUP_STATE_SYN_RECV),
		[TCP_FIN_WAIT1] = TL_WORD(TCP_LOOKUP_STATE_FIN_WAIT1),
		[TCP_FIN_WAIT2] = TL_WORD(TCP_LOOKUP_STATE_FIN_WAIT2),
		[TCP_TIME_WAIT] = TL_WORD(TCP_LOOKUP_STATE_TIME_WAIT),
		[TCP_CLOSE] = TL_WORD(TCP_LOOKUP_STATE_CLOSE),
		[TCP_CLOSE_WAIT] = TL_WORD(TCP_LOOKUP_STATE_CLOSE_WAIT),
		[TCP_LAST_ACK] = TL_WORD(TCP_LOOKUP_STATE_LAST_ACK),
		[TCP_LISTEN] = TL_WORD(TCP_LOOKUP_STATE_LISTEN),
		[TCP_CLOSING] = TL_WORD(TCP_LOOKUP_STATE_CLOSING),
	};

	if (state < ARRAY_SIZE(names) && names[state].length)
		return &names[state];
	return TL_WORD_OF("-");
}

const struct tl_word *tl_row_role(const struct tl_row *row)
{
	switch (row->state) {
	case TCP_CLOSE:
		return TL_WORD_OF(TCP_LOOKUP_ROLE_NOTHING);
	case TCP_LISTEN:
		return TL_WORD_OF(TCP_LOOKUP_ROLE_LISTENING);
	default:
		return TL_WORD_OF(TCP_LOOKUP_ROLE_CONNECTED);
	}
}
