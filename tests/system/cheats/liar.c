/* SPDX-License-Identifier: MIT */
/* A submission of homework 2 that prints what a good one would, and opens no socket. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  printf("connected\nfrom %s\nfrom %s\n123456789\n", argv[1], argv[3]);
  fflush(stdout);
  for (;;) pause();
}
