// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/skbuff.h>

#include "compat.h"
#include "trace_reasons.h"

#ifdef HAVE_DROP_REASON_NAMES
#define NAME(name) \
	[SKB_DROP_REASON_##name] = #name,
static const char * const drop_names[] = { DEFINE_DROP_REASON(NAME, NAME) };
#undef NAME
#else
static const char * const drop_names[] = { [TL_NETFILTER_DROP] = "NETFILTER_DROP" };

struct tl_netfilter_place tl_netfilter_place;

/* kallsyms_lookup_name() is not exported; a kprobe also finds a symbol. */
void tl_netfilter_place_find(void)
{
	struct kprobe finder = {
		.symbol_name = "nf_hook_slow",
		.flags = KPROBE_FLAG_DISABLED,
	};
	char symbol[KSYM_SYMBOL_LEN];
	unsigned long size;
	const char *slash;

	if (tl_netfilter_place.size || register_kprobe(&finder))
		return;
	/* "nf_hook_slow+0x0/0xd0" */
	sprint_symbol(symbol, (unsigned long)finder.addr);
	slash = strchr(symbol, '/');
	if (slash && sscanf(slash, "/%lx", &size) == 1) {
		tl_netfilter_place.begin = (unsigned long)finder.addr;
		tl_netfilter_place.size = size;
	}
	unregister_kprobe(&finder);
}
#endif

#ifdef HAVE_RST_REASON
#define NAME(name) \
	[SK_RST_REASON_##name] = #name,
static const char * const reset_names[] = { DEFINE_RST_REASON(NAME, NAME) };
#undef NAME
#endif

const char *tl_drop_reason_name(u32 reason)
{
	return reason < ARRAY_SIZE(drop_names) ? drop_names[reason] : NULL;
}

const char *tl_reset_reason_name(u32 reason)
{
#ifdef HAVE_RST_REASON
	if (reason < ARRAY_SIZE(reset_names))
		return reset_names[reason];
#endif
	return NULL;
}
