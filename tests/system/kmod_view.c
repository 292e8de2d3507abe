// SPDX-License-Identifier: MIT
#include "kmod_view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *read_all(int fd, size_t piece)
{
	size_t used = 0, room = 65536;
	char *text = malloc(room);

	for (;;) {
		ssize_t got;

		if (room - used < piece + 1)
			text = realloc(text, room = room * 2 + piece);
		if (!text)
			die("realloc");
		got = read(fd, text + used, piece);
		if (got < 0 && errno != EAGAIN)
			die("read");
		if (got <= 0)	/* a trace has no end, only nothing more now */
			break;
		used += (size_t)got;
	}
	text[used] = '\0';
	return text;
}

static struct line split(char *text)
{
	struct line line = {0};
	char *rest = NULL;

	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (line.words == MAX_COLUMNS) {
			printf("Bail out! more than %d columns\n", MAX_COLUMNS);
			exit(1);
		}
		line.word[line.words++] = word;
	}
	return line;
}

struct view view_from_fd(int fd, size_t piece)
{
	struct view view = {.text = read_all(fd, piece)};
	char *rest = NULL;
	int room = 0;

	for (char *text = strtok_r(view.text, "\n", &rest); text; text = strtok_r(NULL, "\n", &rest)) {
		if (*text == '#')
			continue;
		if (view.header.words == 0) {
			view.header = split(text);
			continue;
		}
		if (view.count == room) {
			room = room * 2 + 64;
			view.rows = realloc(view.rows, (size_t)room * sizeof(*view.rows));
			if (!view.rows)
				die("realloc");
		}
		view.rows[view.count++] = split(text);
	}
	return view;
}

struct view view_read(const char *name)
{
	char path[128];
	struct view view;
	int fd;

	/* /proc/net would be the main thread's. */
	snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	view = view_from_fd(fd, 65536);
	close(fd);
	return view;
}

void view_free(struct view *view)
{
	free(view->rows);
	free(view->text);
	memset(view, 0, sizeof(*view));
}

const char *cell(const struct view *view, const struct line *row, const char *column)
{
	for (int i = 0; i < view->header.words && i < row->words; i++)
		if (!strcmp(view->header.word[i], column))
			return row->word[i];
	return NULL;
}

const struct line *find_row(const struct view *view, const struct line *after, ...)
{
	const struct line *row = after ? after + 1 : view->rows;

	for (; row < view->rows + view->count; row++) {
		const char *column, *value, *is;
		int same = 1;
		va_list list;

		va_start(list, after);
		while (same && (column = va_arg(list, const char *))) {
			value = va_arg(list, const char *);
			is = cell(view, row, column);
			same = is && !strcmp(is, value);
		}
		va_end(list);
		if (same)
			return row;
	}
	return NULL;
}
