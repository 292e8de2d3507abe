// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_dumps.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmod_diag.h"

enum { BUFFER = 65536, LINE = 4096 };

/* The lines of a file, however it is read. */
struct lines {
	int fd;
	size_t piece;
	size_t used, at;
	char bytes[LINE + BUFFER + 1];
};

static void lines_open(struct lines *lines, const char *path, size_t piece)
{
	lines->fd = open(path, O_RDONLY | O_CLOEXEC);
	must(lines->fd >= 0, path);
	lines->piece = piece;
	lines->used = lines->at = 0;
}

/* The next one without its newline; NULL: the end. It is overwritten by the one after. */
static char *lines_next(struct lines *lines)
{
	for (;;) {
		char *line = lines->bytes + lines->at;
		char *end = memchr(line, '\n', lines->used - lines->at);
		ssize_t got;

		if (end) {
			*end = '\0';
			lines->at = (size_t)(end + 1 - lines->bytes);
			return line;
		}
		lines->used -= lines->at;
		memmove(lines->bytes, line, lines->used);
		lines->at = 0;
		must(lines->used <= LINE, "a line is too long");
		got = read(lines->fd, lines->bytes + lines->used, lines->piece);
		must(got >= 0, "read");
		if (got == 0) {
			must(lines->used == 0, "the last line has no newline");
			close(lines->fd);
			return NULL;
		}
		lines->used += (size_t)got;
	}
}

/* How many words are behind this one; -1: it is not in the line. */
static int words_behind(char *line, const char *word)
{
	int behind = -1;
	char *rest = NULL;

	for (char *each = strtok_r(line, " ", &rest); each; each = strtok_r(NULL, " ", &rest))
		behind = !strcmp(each, word) ? 0 : behind < 0 ? -1 : behind + 1;
	return behind;
}

/* The word that has so many behind it. */
static const char *word_from_end(char *line, int behind)
{
	char *end = line + strlen(line);

	for (;;) {
		char *begin;

		while (end > line && end[-1] == ' ')
			*--end = '\0';
		begin = strrchr(line, ' ');
		if (behind-- == 0 || !begin)
			return begin ? begin + 1 : line;
		end = begin;
	}
}

void dump_view(struct crowd *crowd, const char *name, size_t piece)
{
	static struct lines lines;
	char path[64], *line;
	int behind = -1;

	must(piece <= BUFFER, "piece");
	snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", name);
	lines_open(&lines, path, piece);
	while ((line = lines_next(&lines)))
		if (behind >= 0)
			crowd_see_cookie(crowd, strtoull(word_from_end(line, behind), NULL, 10));
		else if (*line != '#')
			must((behind = words_behind(line, "cookie")) >= 0, "a column 'cookie'");
	must(behind >= 0, "a header");
}

/* A row: "sl local rem st tx:rx tr:when retrnsmt uid timeout inode …" */
static void dump_proc_file(struct crowd *crowd, const char *path)
{
	enum { BEFORE_INODE = 9 };
	static struct lines lines;
	char *line;

	lines_open(&lines, path, BUFFER);
	must(lines_next(&lines) != NULL, "a header");
	while ((line = lines_next(&lines))) {
		char *rest = NULL, *word = strtok_r(line, " ", &rest);

		for (int i = 0; i < BEFORE_INODE && word; i++)
			word = strtok_r(NULL, " ", &rest);
		must(word != NULL, "an inode");
		crowd_see_inode(crowd, strtoull(word, NULL, 10));
	}
}

void dump_proc(struct crowd *crowd)
{
	dump_proc_file(crowd, "/proc/thread-self/net/tcp");
	dump_proc_file(crowd, "/proc/thread-self/net/tcp6");
}

static void see(void *crowd, uint64_t cookie)
{
	crowd_see_cookie(crowd, cookie);
}

void dump_diag(struct crowd *crowd)
{
	diag_dump(see, crowd);
}
