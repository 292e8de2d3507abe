// SPDX-License-Identifier: GPL-2.0-only
#include <net/inet_sock.h>

#include "compat.h"
#include "trace_event.h"

void tl_event_socket(struct tl_event *event, struct sock *sk)
{
	if (!sk)
		return;

	event->has_socket = true;
	event->kind = tl_socket_kind(sk, &event->state);
	event->cookie = tl_socket_cookie(sk);
}

void tl_event_ends(struct tl_event *event, const struct sock *sk)
{
	struct tl_segment *ends = &event->segment;

	ends->family = sk->sk_family;
	ends->source_port = sk->sk_num;
	ends->destination_port = ntohs(sk->sk_dport);
	if (sk->sk_family == AF_INET6) {
		ends->source.v6 = sk->sk_v6_rcv_saddr;
		ends->destination.v6 = sk->sk_v6_daddr;
	} else {
		ends->source.v4 = sk->sk_rcv_saddr;
		ends->destination.v4 = sk->sk_daddr;
	}
}
