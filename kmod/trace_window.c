// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "trace_window.h"

#define SLOT_BITS 8
#define SLOTS BIT(SLOT_BITS)
#define SLOT_TRIES 16

struct slot {
	unsigned long owner;	/* see slot_owner_here(); 0: free */
	struct tl_window window;
};

static struct slot slots[SLOTS];

/* The address of a task is always greater than the number of a CPU. */
static unsigned long slot_owner_here(void)
{
	if (in_serving_softirq())
		return smp_processor_id() + 1;
	return (unsigned long)current;
}

/* The slot of this context; if there is none and take is set, a free one. */
static struct slot *slot_find(bool take)
{
	unsigned long owner = slot_owner_here();
	unsigned int first = hash_long(owner, SLOT_BITS);
	unsigned int i;

	for (i = 0; i < SLOT_TRIES; i++) {
		struct slot *slot = &slots[(first + i) % SLOTS];

		if (READ_ONCE(slot->owner) == owner)
			return slot;
	}
	for (i = 0; take && i < SLOT_TRIES; i++) {
		struct slot *slot = &slots[(first + i) % SLOTS];

		if (!READ_ONCE(slot->owner) && !cmpxchg(&slot->owner, 0, owner))
			return slot;
	}
	return NULL;
}

struct tl_window *tl_window_here(void)
{
	struct slot *slot = slot_find(false);

	return slot ? &slot->window : NULL;
}

bool tl_window_open(struct tl_window *outer, const struct tl_window *inner)
{
	struct slot *slot = slot_find(true);

	if (!slot)
		return false;
	*outer = slot->window;
	slot->window = *inner;
	return true;
}

void tl_window_close(const struct tl_window *outer)
{
	struct slot *slot = slot_find(false);

	if (!slot)
		return;
	slot->window = *outer;
	if (outer->id)
		return;
	/* Pairs with the cmpxchg() of the next owner: the window is closed before. */
	smp_store_release(&slot->owner, 0);
}
