// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "trace_call.h"
#include "trace_points.h"
#include "trace_probes.h"

/* A function and the probe on it. */
struct probe {
	const struct tl_function *function;
	struct kretprobe at;	/* only at.kp is used if there is no leave */
	int err;		/* why it is not registered */
};

static struct probe *probes;
static unsigned int probe_count;

/*
 * The registered ones, as unregister_kprobes() takes them. Allocated at load, since
 * unloading must not fail.
 */
static struct kretprobe **probes_of_returns;
static struct kprobe **probes_of_entries;
static unsigned int return_count, entry_count;

static const struct tl_function_set *const function_sets[] = {
	&tl_receive_functions, &tl_lookup_functions, &tl_send_functions,
};

/* --- handlers ------------------------------------------------------------ */

static void probe_begin_call(struct tl_call *call, const struct tl_function *function)
{
	memset(call, 0, sizeof(*call));
	call->event.what = function->what;
}

static int probe_on_call(struct kprobe *kp, struct pt_regs *regs)
{
	const struct probe *probe = container_of(kp, struct probe, at.kp);
	struct tl_call call;

	probe_begin_call(&call, probe->function);
	probe->function->enter(&call, regs);
	return 0;
}

static int probe_on_enter(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct probe *probe = container_of(get_kretprobe(instance), struct probe, at);
	struct tl_call *call = (struct tl_call *)instance->data;

	probe_begin_call(call, probe->function);
	return probe->function->enter(call, regs) ? 0 : 1;
}

static int probe_on_leave(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct kretprobe *at = get_kretprobe(instance);

	/* NULL: the probe is being removed while this call is under way. */
	if (at) {
		const struct probe *probe = container_of(at, struct probe, at);

		probe->function->leave((struct tl_call *)instance->data, regs);
	}
	return 0;
}

/* --- registering and enabling ---------------------------------------------- */

/* Disabled: nothing in the kernel's code changes before enable_kprobe(). */
static int probe_register_entry(struct probe *probe)
{
	int err;

	probe->at.kp.pre_handler = probe_on_call;
	err = register_kprobe(&probe->at.kp);
	if (!err)
		probes_of_entries[entry_count++] = &probe->at.kp;
	return err;
}

static int probe_register_return(struct probe *probe)
{
	int err;

	probe->at.entry_handler = probe_on_enter;
	probe->at.handler = probe_on_leave;
	probe->at.data_size = sizeof(struct tl_call);
	/* Softirqs do not sleep in these functions; tasks that process a backlog may. */
	probe->at.maxactive = 4 * num_possible_cpus() + 16;
	err = register_kretprobe(&probe->at);
	if (!err)
		probes_of_returns[return_count++] = &probe->at;
	return err;
}

static int probe_register(struct probe *probe)
{
	probe->at.kp.symbol_name = probe->function->name;
	probe->at.kp.flags = KPROBE_FLAG_DISABLED;
	return probe->function->leave ? probe_register_return(probe) :
					probe_register_entry(probe);
}

/* All at once, since each removal waits for every CPU. */
static void probes_unregister(void)
{
	unregister_kretprobes(probes_of_returns, return_count);
	unregister_kprobes(probes_of_entries, entry_count);
	return_count = 0;
	entry_count = 0;
}

/* Guards what follows, and whether the probes are enabled. */
static DEFINE_MUTEX(probes_lock);
static bool probes_wanted;		/* there is a reader */
static bool probes_enabled;

static int probes_enable(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < probe_count && !err; i++)
		if (!probes[i].err)
			err = enable_kprobe(&probes[i].at.kp);
	return err ?: tl_points_start();
}

/*
 * Also after a failed probes_enable(). The leave of a function that is under way is
 * still called when it returns, so every window is closed.
 */
static void probes_disable(void)
{
	unsigned int i;

	tl_points_stop();
	for (i = 0; i < probe_count; i++)
		if (!probes[i].err && !kprobe_disabled(&probes[i].at.kp))
			disable_kprobe(&probes[i].at.kp);
	probes_enabled = false;
}

static void probes_disable_if_unwanted(struct work_struct *work)
{
	mutex_lock(&probes_lock);
	if (!probes_wanted)
		probes_disable();
	mutex_unlock(&probes_lock);
}

static DECLARE_DELAYED_WORK(probes_disabling, probes_disable_if_unwanted);

int tl_probes_start(void)
{
	int err = 0;

	mutex_lock(&probes_lock);
	if (!probes_enabled)
		err = probes_enable();
	probes_enabled = !err;
	probes_wanted = !err;
	if (err)
		probes_disable();
	mutex_unlock(&probes_lock);
	return err;
}

void tl_probes_stop(void)
{
	mutex_lock(&probes_lock);
	probes_wanted = false;
	mutex_unlock(&probes_lock);
	mod_delayed_work(system_long_wq, &probes_disabling, TL_PROBES_LINGER);
}

static void probes_free(void)
{
	kfree(probes_of_returns);
	kfree(probes_of_entries);
	kfree(probes);
}

static int probes_alloc(void)
{
	probes = kcalloc(probe_count, sizeof(*probes), GFP_KERNEL);
	probes_of_returns = kcalloc(probe_count, sizeof(*probes_of_returns), GFP_KERNEL);
	probes_of_entries = kcalloc(probe_count, sizeof(*probes_of_entries), GFP_KERNEL);
	if (probes && probes_of_returns && probes_of_entries)
		return 0;
	probes_free();
	return -ENOMEM;
}

int tl_probes_init(void)
{
	unsigned int i, j, n = 0;
	int err;

	for (i = 0; i < ARRAY_SIZE(function_sets); i++)
		probe_count += function_sets[i]->count;
	err = probes_alloc();
	if (err)
		return err;

	for (i = 0; i < ARRAY_SIZE(function_sets); i++)
		for (j = 0; j < function_sets[i]->count; j++)
			probes[n++].function = &function_sets[i]->functions[j];
	/*
	 * Continue without those that fail: "info" lists them, as what this kernel does not have.
	 * That memory is short says nothing about the kernel.
	 */
	for (i = 0; i < probe_count; i++) {
		probes[i].err = probe_register(&probes[i]);
		if (probes[i].err == -ENOMEM) {
			probes_unregister();
			probes_free();
			return -ENOMEM;
		}
	}
	return 0;
}

void tl_probes_remove(void)
{
	cancel_delayed_work_sync(&probes_disabling);
	mutex_lock(&probes_lock);
	probes_disable();
	mutex_unlock(&probes_lock);
	probes_unregister();
}

void tl_probes_exit(void)
{
	probes_free();
}

void tl_probes_each(void (*show)(void *arg, const char *name, int err), void *arg)
{
	unsigned int i;

	for (i = 0; i < probe_count; i++)
		if (!probes[i].function->silent)
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
