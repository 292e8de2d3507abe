/* SPDX-License-Identifier: MIT */
/* It connects, and says nothing. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_in here = {.sin_family = AF_INET}, there = {.sin_family = AF_INET};
  int peer = socket(AF_INET, SOCK_STREAM, 0);

  if (argc != 4 || inet_pton(AF_INET, argv[2], &there.sin_addr) != 1) return 2;
  here.sin_port = htons((unsigned short)atoi(argv[1]));
  there.sin_port = htons((unsigned short)atoi(argv[3]));
  if (bind(peer, (struct sockaddr *)&here, sizeof here) ||
      connect(peer, (struct sockaddr *)&there, sizeof there))
    return 1;
  for (;;) pause();
}
