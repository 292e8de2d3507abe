// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "pernet.h"
#include "trace_probes.h"
#include "trace_segment.h"

/* A function and the probe on it. */
struct probe {
	const struct tl_function *function;
	struct kretprobe at;	/* only at.kp is used if there is no leave */
	int err;		/* why there can be none */
};

static struct probe *probes;
static unsigned int probe_count;

static const struct tl_function_set *const sets[] = {
	&tl_receive_functions, &tl_lookup_functions, &tl_send_functions,
};

/* --- handlers ------------------------------------------------------------ */

static void begin_call(struct tl_call *call, const struct tl_function *function)
{
	memset(call, 0, sizeof(*call));
	call->event.what = function->what;
}

static int on_call(struct kprobe *kp, struct pt_regs *regs)
{
	const struct probe *probe = container_of(kp, struct probe, at.kp);
	struct tl_call call;

	begin_call(&call, probe->function);
	probe->function->enter(&call, regs);
	return 0;
}

static int on_enter(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct probe *probe = container_of(get_kretprobe(instance), struct probe, at);
	struct tl_call *call = (struct tl_call *)instance->data;

	begin_call(call, probe->function);
	return probe->function->enter(call, regs) ? 0 : 1;
}

static int on_leave(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct kretprobe *at = get_kretprobe(instance);

	/* NULL: the probe is being removed while this call is under way. */
	if (at) {
		const struct probe *probe = container_of(at, struct probe, at);

		probe->function->leave((struct tl_call *)instance->data, regs);
	}
	return 0;
}

/* --- setting them -------------------------------------------------------- */

/* Disabled: nothing in the kernel's code changes before enable_kprobe(). */
static int register_probe(struct probe *probe)
{
	probe->at.kp.symbol_name = probe->function->name;
	probe->at.kp.flags = KPROBE_FLAG_DISABLED;
	if (!probe->function->leave) {
		probe->at.kp.pre_handler = on_call;
		return register_kprobe(&probe->at.kp);
	}
	probe->at.entry_handler = on_enter;
	probe->at.handler = on_leave;
	probe->at.data_size = sizeof(struct tl_call);
	/* Softirqs do not sleep in them; tasks on a backlog may. */
	probe->at.maxactive = 4 * num_possible_cpus() + 16;
	return register_kretprobe(&probe->at);
}

/* All at once, since each removal waits for every CPU. */
static void unregister_probes(void)
{
	struct kretprobe **returns;
	struct kprobe **entries;
	unsigned int i, n_returns = 0, n_entries = 0;

	returns = kcalloc(probe_count, sizeof(*returns), GFP_KERNEL | __GFP_NOFAIL);
	entries = kcalloc(probe_count, sizeof(*entries), GFP_KERNEL | __GFP_NOFAIL);
	for (i = 0; i < probe_count; i++) {
		struct probe *probe = &probes[i];

		if (probe->err)
			continue;
		if (probe->function->leave)
			returns[n_returns++] = &probe->at;
		else
			entries[n_entries++] = &probe->at.kp;
	}
	unregister_kretprobes(returns, n_returns);
	unregister_kprobes(entries, n_entries);
	kfree(returns);
	kfree(entries);
}

/* Guards what follows, and whether the probes are enabled. */
static DEFINE_MUTEX(probes_lock);
static bool wanted;		/* somebody reads */
static bool enabled;

static int enable_probes(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < probe_count && !err; i++)
		if (!probes[i].err)
			err = enable_kprobe(&probes[i].at.kp);
	return err ?: tl_tracepoints_start();
}

/*
 * Also what a failed enable_probes() has left. A function that is under way
 * still has its leave called when it returns, so every window is closed.
 */
static void disable_probes(void)
{
	unsigned int i;

	tl_tracepoints_stop();
	for (i = 0; i < probe_count; i++)
		if (!probes[i].err && !kprobe_disabled(&probes[i].at.kp))
			disable_kprobe(&probes[i].at.kp);
	enabled = false;
}

static void disable_if_unwanted(struct work_struct *work)
{
	mutex_lock(&probes_lock);
	if (!wanted)
		disable_probes();
	mutex_unlock(&probes_lock);
}

static DECLARE_DELAYED_WORK(disabling, disable_if_unwanted);

int tl_probes_start(void)
{
	int err = 0;

	mutex_lock(&probes_lock);
	if (!enabled)
		err = enable_probes();
	enabled = !err;
	wanted = !err;
	if (err)
		disable_probes();
	mutex_unlock(&probes_lock);
	return err;
}

void tl_probes_stop(void)
{
	mutex_lock(&probes_lock);
	wanted = false;
	mutex_unlock(&probes_lock);
	mod_delayed_work(system_long_wq, &disabling, TL_PROBES_LINGER);
}

int tl_probes_init(void)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		probe_count += sets[i]->count;
	probes = kcalloc(probe_count, sizeof(*probes), GFP_KERNEL);
	if (!probes)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		for (j = 0; j < sets[i]->count; j++)
			probes[n++].function = &sets[i]->functions[j];
	/* Those that cannot be are no reason to give up: "info" says which. */
	for (i = 0; i < probe_count; i++)
		probes[i].err = register_probe(&probes[i]);
	return 0;
}

void tl_probes_remove(void)
{
	cancel_delayed_work_sync(&disabling);
	mutex_lock(&probes_lock);
	disable_probes();
	mutex_unlock(&probes_lock);
	unregister_probes();
}

void tl_probes_exit(void)
{
	kfree(probes);
}

void tl_probes_each(void (*show)(void *arg, const char *name, int err), void *arg)
{
	unsigned int i;

	for (i = 0; i < probe_count; i++)
		if (!probes[i].function->helps)
			show(arg, probes[i].function->name, probes[i].err);
}

unsigned long tl_probes_missed(void)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < probe_count; i++)
		missed += probes[i].at.kp.nmissed + probes[i].at.nmissed;
	return missed;
}

/* --- for the handlers ---------------------------------------------------- */

bool tl_call_segment(struct tl_call *call, const struct net *net, struct sk_buff *skb,
		     u16 family, bool in_tcp)
{
	const struct tl_window *window;

	if (!tl_trace_wanted(net) ||
	    !tl_segment_parse(&call->event.segment, skb, family, in_tcp))
		return false;

	call->net = net;
	call->skb = skb;
	call->in_tcp = in_tcp;
	window = tl_window_here();
	if (window && window->skb == skb) {
		call->event.id = window->id;
		call->event.ifindex = window->ifindex;
	} else {
		call->event.id = tl_segment_identify(&call->event.segment, skb, net);
	}
	return true;
}

void tl_call_open(struct tl_call *call)
{
	const struct tl_window inner = {
		.id = call->event.id,
		.skb = call->skb,
		.net = call->net,
		.ifindex = call->event.ifindex,
		.in_tcp = call->in_tcp,
	};

	call->window = tl_window_open(&call->outer, &inner);
}

void tl_call_close(struct tl_call *call)
{
	if (call->window)
		tl_window_close(&call->outer);
}

void tl_call_inherit(struct tl_call *call, const struct net *net)
{
	const struct tl_window *window = tl_window_here();

	call->net = net;
	if (window) {
		call->event.id = window->id;
		call->event.ifindex = window->ifindex;
	}
}
