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
