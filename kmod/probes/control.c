// SPDX-License-Identifier: GPL-2.0-only
/* Compiles on every kernel that this module is for. */
#include <linux/proc_fs.h>
#include <linux/sock_diag.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/sock_reuseport.h>
#include <net/tcp.h>

struct inet_hashinfo *probe(struct net *net);
struct inet_hashinfo *probe(struct net *net)
{
	return net->ipv4.tcp_death_row.hashinfo;
}
