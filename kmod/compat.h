/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between the kernels that this module is built for. Build-time
 * probes (probes/, features.h) find out which variant a kernel has, not its
 * version: distributions backport changes.
 * Differences in the bind tables are in compat_bind.h.
 *
 * Each shim has the interface of the newest kernel, and names what older ones lack.
 */
#ifndef TCP_LOOKUP_COMPAT_H
#define TCP_LOOKUP_COMPAT_H

#include <linux/irq_work.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/proc_fs.h>
#include <linux/ptrace.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/inet6_hashtables.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "features.h"

#ifdef HAVE_RST_REASON
#include <net/rstreason.h>
#endif

#if !IS_ENABLED(CONFIG_IPV6)
#error "tcp_lookup shows both families: build it for a kernel with CONFIG_IPV6"
#endif

/* PDE_DATA() became pde_data() in 5.17. */
#ifndef HAVE_PDE_DATA
static inline void *pde_data(const struct inode *inode)
{
	return PDE_DATA(inode);
}
#endif

/*
 * The inet_hashinfo of a namespace. An open file of the module pins its namespace,
 * and thus the table.
 */
static inline struct inet_hashinfo *tl_hashinfo(const struct net *net)
{
	return net->ipv4.tcp_death_row.hashinfo;
}

/*
 * The four lookups lost their inet_hashinfo argument between 6.12 and 7.3, when
 * DCCP, the only other protocol with such tables, was removed.
 */
static inline struct sock *
tl_inet_lookup_established(struct net *net, __be32 saddr, __be16 sport,
			   __be32 daddr, u16 hnum, int dif, int sdif)
{
#ifdef HAVE_LOOKUP_WITHOUT_HASHINFO
	return __inet_lookup_established(net, saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet_lookup_established(net, tl_hashinfo(net), saddr, sport,
					 daddr, hnum, dif, sdif);
#endif
}

static inline struct sock *
tl_inet6_lookup_established(struct net *net, const struct in6_addr *saddr, __be16 sport,
			    const struct in6_addr *daddr, u16 hnum, int dif, int sdif)
{
#ifdef HAVE_LOOKUP_WITHOUT_HASHINFO
	return __inet6_lookup_established(net, saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet6_lookup_established(net, tl_hashinfo(net), saddr, sport,
					  daddr, hnum, dif, sdif);
#endif
}

static inline struct sock *
tl_inet_lookup_listener(struct net *net, struct sk_buff *skb, int doff, __be32 saddr,
			__be16 sport, __be32 daddr, u16 hnum, int dif, int sdif)
{
#ifdef HAVE_LOOKUP_WITHOUT_HASHINFO
	return __inet_lookup_listener(net, skb, doff, saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet_lookup_listener(net, tl_hashinfo(net), skb, doff, saddr,
				      sport, daddr, hnum, dif, sdif);
#endif
}

static inline struct sock *
tl_inet6_lookup_listener(struct net *net, struct sk_buff *skb, int doff,
			 const struct in6_addr *saddr, __be16 sport,
			 const struct in6_addr *daddr, u16 hnum, int dif, int sdif)
{
#ifdef HAVE_LOOKUP_WITHOUT_HASHINFO
	return inet6_lookup_listener(net, skb, doff, saddr, sport, daddr, hnum, dif, sdif);
#else
	return inet6_lookup_listener(net, tl_hashinfo(net), skb, doff, saddr,
				     sport, daddr, hnum, dif, sdif);
#endif
}

/*
 * lhash2 became a nulls list of struct sock in 5.19 ("net: inet: Retire port
 * only listening_hash"); before, it was a plain list of struct
 * inet_connection_sock. Hold the bucket's lock.
 */
static inline struct sock *tl_lhash2_first(const struct inet_listen_hashbucket *head)
{
#ifdef HAVE_LHASH2_NULLS
	return sk_nulls_head(&head->nulls_head);
#else
	return (struct sock *)hlist_entry_safe(head->head.first, struct inet_connection_sock,
					       icsk_listen_portaddr_node);
#endif
}

static inline struct sock *tl_lhash2_next(const struct sock *sk)
{
#ifdef HAVE_LHASH2_NULLS
	return sk_nulls_next(sk);
#else
	return (struct sock *)hlist_entry_safe(inet_csk(sk)->icsk_listen_portaddr_node.next,
					       struct inet_connection_sock,
					       icsk_listen_portaddr_node);
#endif
}

/* Without the lock; a socket that is added at this moment may be missed. */
static inline bool tl_lhash2_empty(const struct inet_listen_hashbucket *head)
{
#ifdef HAVE_LHASH2_NULLS
	return hlist_nulls_empty(&head->nulls_head);
#else
	return hlist_empty(&head->head);
#endif
}

/* bhash2 came with 6.1. */
static inline bool tl_has_bhash2(void)
{
#ifdef HAVE_BHASH2_TABLE
	return true;
#else
	return false;
#endif
}

/* net.ipv4.tcp_child_ehash_entries came with 6.1. */
static inline bool tl_ehash_is_private(const struct net *net)
{
#ifdef HAVE_EHASH_PERNET
	return tl_hashinfo(net)->pernet;
#else
	return false;
#endif
}

/*
 * The owner that this kernel's own sock_diag reports, and the socket's inode, 0 if no
 * process has it open. Since 6.17 sk_uid() reads sk->sk_uid without a lock; before, the
 * owner was that of the struct socket, or root if there was none.
 */
static inline void tl_socket_owner(struct sock *sk, kuid_t *uid, u64 *inode)
{
#ifdef HAVE_SK_UID
	*uid = sk_uid(sk);
	*inode = sock_i_ino(sk);
#else
	struct socket *socket;

	*uid = GLOBAL_ROOT_UID;
	*inode = 0;
	/*
	 * sock_i_uid() and sock_i_ino() would each take sk_callback_lock. But a socket's inode is
	 * freed a grace period after sock_orphan() (sock_free_inode()).
	 */
	rcu_read_lock();
	socket = READ_ONCE(sk->sk_socket);
	if (socket) {
		*uid = SOCK_INODE(socket)->i_uid;
		*inode = SOCK_INODE(socket)->i_ino;
	}
	rcu_read_unlock();
#endif
}

/* Whether the lookups have the argument hashinfo, see above: it shifts those after it. */
#ifdef HAVE_LOOKUP_WITHOUT_HASHINFO
#define TL_LOOKUP_HAS_HASHINFO false
#else
#define TL_LOOKUP_HAS_HASHINFO true
#endif

/*
 * tcp_v4_send_reset() and tcp_v6_send_reset() have the reason as their third argument
 * since 6.10, and so has tcp_send_active_reset(), which lost its second argument in
 * 6.12.
 */
#ifdef HAVE_RST_REASON
#define TL_HAS_RESET_REASON true
#else
#define TL_HAS_RESET_REASON false
#endif
#ifdef HAVE_ACTIVE_RESET_WITHOUT_PRIORITY
#define TL_ACTIVE_RESET_REASON 1
#else
#define TL_ACTIVE_RESET_REASON 2
#endif

/*
 * Since 5.17 there are drop reasons, and skb:kfree_skb fires where TCP drops. Before,
 * tcp_drop() freed the segment without this tracepoint.
 */
static inline bool tl_has_drop_reasons(void)
{
#ifdef HAVE_DROP_REASON_NAMES
	return true;
#else
	return false;
#endif
}

/*
 * The reason of a drop by a netfilter hook. In kernels without reasons, the address shows
 * it: nf_hook_slow() calls the hooks, and frees what one of them drops. The address of
 * that function is found once, before the tracepoint is registered, so that no drop has
 * to be looked up among the kernel's symbols.
 */
#ifdef HAVE_DROP_REASON_NAMES
#define TL_NETFILTER_DROP SKB_DROP_REASON_NETFILTER_DROP

static inline void tl_netfilter_place_find(void)
{
}
#else
#define TL_NETFILTER_DROP 1

struct tl_netfilter_place {
	unsigned long begin;
	unsigned long size;	/* 0: not found, so no drop can be attributed to netfilter */
};

extern struct tl_netfilter_place tl_netfilter_place;	/* trace_reasons.c */

void tl_netfilter_place_find(void);

static inline u32 tl_drop_reason_by_place(const void *place)
{
	return (unsigned long)place - tl_netfilter_place.begin < tl_netfilter_place.size ?
	       TL_NETFILTER_DROP : 0;
}
#endif

/*
 * The handler of skb:kfree_skb. Its arguments include the reason since 5.17, and since
 * 6.11 the receiving socket, a pointer to const since about 7.0. It is registered with
 * a tl_dropped_t as its data, which gets only what all kernels can provide.
 */
typedef void tl_dropped_t(struct sk_buff *skb, u32 reason);

#if defined(HAVE_KFREE_SKB_CONST_RX_SK)
static inline void tl_on_kfree_skb(void *dropped, struct sk_buff *skb, void *location,
				   enum skb_drop_reason reason, const struct sock *rx_sk)
{
	((tl_dropped_t *)dropped)(skb, reason);
}
#elif defined(HAVE_KFREE_SKB_RX_SK)
static inline void tl_on_kfree_skb(void *dropped, struct sk_buff *skb, void *location,
				   enum skb_drop_reason reason, struct sock *rx_sk)
{
	((tl_dropped_t *)dropped)(skb, reason);
}
#elif defined(HAVE_KFREE_SKB_REASON)
static inline void tl_on_kfree_skb(void *dropped, struct sk_buff *skb, void *location,
				   enum skb_drop_reason reason)
{
	((tl_dropped_t *)dropped)(skb, reason);
}
#else
static inline void tl_on_kfree_skb(void *dropped, struct sk_buff *skb, void *location)
{
	((tl_dropped_t *)dropped)(skb, tl_drop_reason_by_place(location));
}
#endif

/*
 * The caller of the function that a probe has just entered; 0 if unknown. If another
 * tracer has already replaced the return address, the result is its trampoline.
 */
static inline unsigned long tl_return_address(struct pt_regs *regs)
{
#if defined(CONFIG_X86)
	return regs_get_kernel_stack_nth(regs, 0);
#elif defined(CONFIG_ARM64) || defined(CONFIG_RISCV)
	return procedure_link_pointer(regs);
#else
	return 0;
#endif
}

/*
 * The function that made a lookup, by the name of the function to which the lookup
 * returns. Usually they are the same. But since about 7.0 tcp_v4_early_demux() is a
 * static function of ip_input.c, and the compiler may inline it into its caller
 * ip_rcv_finish_core(), and that into others. These make no other lookup.
 */
static inline const char *tl_looks_up_within(const char *function)
{
	static const struct {
		const char *begins;
		const char *within;
	} inlined[] = {
		{ "ip_rcv", "tcp_v4_early_demux" },
		{ "ip_list_rcv", "tcp_v4_early_demux" },
		{ "ip_sublist_rcv", "tcp_v4_early_demux" },
		{ "ip6_rcv", "tcp_v6_early_demux" },
		{ "ip6_list_rcv", "tcp_v6_early_demux" },
		{ "ip6_sublist_rcv", "tcp_v6_early_demux" },
		{ "ipv6_rcv", "tcp_v6_early_demux" },
		{ "ipv6_list_rcv", "tcp_v6_early_demux" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(inlined); i++)
		if (strstarts(function, inlined[i].begins))
			return inlined[i].within;
	return function;
}

/* get_kretprobe() came with 5.14. Both are NULL when the probe is being removed. */
#ifndef HAVE_GET_KRETPROBE
static inline struct kretprobe *get_kretprobe(struct kretprobe_instance *instance)
{
	return instance->rp;
}
#endif

/* IRQ_WORK_INIT_LAZY() came with 5.11. */
#ifndef IRQ_WORK_INIT_LAZY
#define IRQ_WORK_INIT_LAZY(function) \
	((struct irq_work){ .func = (function), .flags = ATOMIC_INIT(IRQ_WORK_LAZY) })
#endif

#endif
