/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that a seed repeats, what kmod_mutate.c writes to the view "lookup", and what
 * it must not read.
 */
#ifndef KMOD_MUTATE_TEXT_H
#define KMOD_MUTATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct chance { unsigned long long state; };

/* Of a seed that differs in one bit, another sequence. */
struct chance chance_of(unsigned long long seed);
/* 0 … below - 1. */
unsigned long chance_below(struct chance *chance, unsigned long below);

/* One that is likely to be a limit of something: 0, 1, around a power of two, or any. */
size_t chance_size(struct chance *chance, size_t most);

/*
 * Fills room with questions that are right, nearly right, or nothing like it; how many bytes
 * (up to room, which should be more than TCP_LOOKUP_WRITE_MAX).
 */
size_t chance_questions(struct chance *chance, char *at, size_t room);

/* Printable ASCII and newlines. */
bool is_plain_text(const char *text, size_t size);
/* "ffff" and at least twelve hexadecimal digits behind it. */
bool has_kernel_address(const char *text, size_t size);

#endif
