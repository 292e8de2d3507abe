/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module has in each network namespace. */
#ifndef TCP_LOOKUP_PERNET_H
#define TCP_LOOKUP_PERNET_H

#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "trace_reader.h"

struct proc_dir_entry;

struct tl_pernet {
	struct proc_dir_entry *dir;
	struct tl_trace_net trace;
};

extern unsigned int tl_pernet_id;

static inline struct tl_pernet *tl_pernet(const struct net *net)
{
	return net_generic(net, tl_pernet_id);
}

#endif
