/* SPDX-License-Identifier: MIT */
/*
 * Submissions that try to get points without work, or to harm others: one way each, named by
 * the macro CHEAT. Each says that it is ready and never listens. If a way works that must not,
 * it prints BROKEN: the tests look for that word in the reports.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((unused)) static void ready(void) {
  puts("ready");
  fflush(stdout);
}

__attribute__((unused)) static void broken(const char *what) {
  printf("BROKEN: %s\n", what);
  fflush(stdout);
}

__attribute__((unused)) static void try_to_write(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0666);

  if (file < 0) return;
  if (write(file, text, strlen(text)) > 0) broken(path);
  close(file);
}

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define WAY PASTE(IS_, CHEAT)
