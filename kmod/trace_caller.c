// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "compat.h"
#include "tcp_lookup/contract.h"
#include "trace_caller.h"

static void caller_name(struct tl_caller *caller)
{
	char symbol[KSYM_SYMBOL_LEN];

	caller->name[0] = '\0';
	if (!caller->address)
		return;
	/* A return address may be the first byte of the next function. */
	sprint_symbol_no_offset(symbol, caller->address - 1);
	if (!strncmp(symbol, "0x", 2))
		return;
	/* "name [module]", and the compiler's clones: "name.isra.0", "name.part.0" */
	symbol[strcspn(symbol, " [.")] = '\0';
	strscpy(caller->name, tl_looks_up_within(symbol), sizeof(caller->name));
}

/* Why a lookup was made, if not to receive a segment. */
static void caller_purpose(struct tl_caller *caller)
{
	static const struct {
		const char *caller;
		const char *purpose;
	} known[] = {
		{ "tcp_v4_early_demux", NULL },
		{ "tcp_v6_early_demux", NULL },
		{ "tcp_v4_rcv", NULL },
		{ "tcp_v6_rcv", NULL },
		{ "__inet_lookup_listener", NULL },
		{ "inet6_lookup_listener", NULL },
		{ "tcp_v4_err", TCP_LOOKUP_DETAIL_ICMP },
		{ "tcp_v6_err", TCP_LOOKUP_DETAIL_ICMP },
		{ "tcp_v4_send_reset", TCP_LOOKUP_DETAIL_RESET_KEY },
		{ "tcp_v6_send_reset", TCP_LOOKUP_DETAIL_RESET_KEY },
		/* One of them, depending on what the compiler has inlined. */
		{ "inet_diag_find_one_icsk", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "inet_diag_dump_one_icsk", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "tcp_diag_find_one_icsk", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "tcp_diag_dump_one", TCP_LOOKUP_DETAIL_SOCK_DIAG },
		{ "tcp_diag_destroy", TCP_LOOKUP_DETAIL_SOCK_DIAG },
	};
	unsigned int i;

	caller->known = false;
	caller->purpose = NULL;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (!strcmp(caller->name, known[i].caller)) {
			caller->known = true;
			caller->purpose = known[i].purpose;
			return;
		}
	}
}

const struct tl_caller *tl_caller_find(struct tl_callers *callers, unsigned long address)
{
	struct tl_caller *caller = &callers->at[hash_long(address, ilog2(TL_CALLERS))];

	/* Callers with the same slot replace each other. */
	if (!address || caller->address != address) {
		caller->address = address;
		caller_name(caller);
		caller_purpose(caller);
	}
	return caller;
}
