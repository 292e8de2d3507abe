/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One socket of any kind as plain values: what a line of a view is made from.
 *
 * A row holds no reference and no pointer. It is filled under the lock of the
 * table that contains the socket (or with a reference on the socket) and
 * printed later, when neither is held.
 */
#ifndef TCP_LOOKUP_ROW_H
#define TCP_LOOKUP_ROW_H

#include <linux/if.h>
#include <linux/in6.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct sock;
struct tl_word;

union tl_addr {
	__be32 v4;
	struct in6_addr v6;
};

enum tl_kind {
	TL_KIND_FULL,		/* struct tcp_sock */
	TL_KIND_REQUEST,	/* struct tcp_request_sock */
	TL_KIND_TIMEWAIT,	/* struct tcp_timewait_sock */
};

struct tl_row {
	/* Its place. position also counts sockets of other namespaces. */
	u32 bucket;
	u32 position;

	u16 family;		/* AF_INET or AF_INET6, which may hold ::ffff:a.b.c.d */
	enum tl_kind kind;
	u8 state;		/* TCP_ESTABLISHED … TCP_CLOSING */
	union tl_addr local;
	union tl_addr remote;
	u16 local_port;		/* host byte order, like remote_port */
	u16 remote_port;
	bool has_remote;	/* a listener or an unconnected socket has none */
	bool v6only;
	bool reuseaddr;
	bool reuseport;
	char device[IFNAMSIZ];	/* SO_BINDTODEVICE; empty: none */

	/* Listeners only. */
	u32 accept_queue;
	u32 accept_queue_max;

	/* Only a full socket has an owner; inode 0: no process holds it. */
	kuid_t uid;
	u64 inode;

	u64 cookie;		/* SO_COOKIE, never 0 */
};

/*
 * Fills all of row but bucket and position. sk may be of any kind and must not
 * go away meanwhile. Never sleeps; safe under the locks of lhash2, bhash and
 * ehash. Gives the socket a cookie if it has none, as sock_diag does.
 */
void tl_row_fill(struct tl_row *row, struct sock *sk);
/* Fills only kind, state and cookie. */
void tl_row_identify(struct tl_row *row, struct sock *sk);

/*
 * Whether two rows differ only in position, remote end, queues, owner and cookie: so do those of a
 * port with many connections. false also for rows with a device, which are few.
 */
bool tl_row_alike(const struct tl_row *a, const struct tl_row *b);

/*
 * The kind of any socket, and its state as in RFC 9293 (a request is in
 * TCP_SYN_RECV, a TIME-WAIT struct may be in FIN-WAIT-2). Locks as above.
 */
enum tl_kind tl_socket_kind(const struct sock *sk, u8 *state);

/* SO_COOKIE; one is made if there is none yet. Never sleeps. */
u64 tl_socket_cookie(struct sock *sk);

/* The words of include/tcp_lookup/contract.h. */
const struct tl_word *tl_family_name(u16 family);
const struct tl_word *tl_kind_name(enum tl_kind kind);
const struct tl_word *tl_state_name(u8 state);
const struct tl_word *tl_row_role(const struct tl_row *row);

#endif
