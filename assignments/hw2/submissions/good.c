/* SPDX-License-Identifier: MIT */
/* A good submission of homework 2: peer LOCAL-PORT ADDRESS REMOTE-PORT. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_in here = {.sin_family = AF_INET}, there = {.sin_family = AF_INET};
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  char bytes[64];
  ssize_t got;

  if (argc != 4 || inet_pton(AF_INET, argv[2], &there.sin_addr) != 1) return 2;
  here.sin_port = htons((unsigned short)atoi(argv[1]));
  there.sin_port = htons((unsigned short)atoi(argv[3]));
  if (bind(peer, (struct sockaddr *)&here, sizeof here) ||
      connect(peer, (struct sockaddr *)&there, sizeof there)) {
    perror(argv[0]);
    return 1;
  }
  if (dprintf(peer, "from %s\n", argv[1]) < 0) return 1;
  while ((got = read(peer, bytes, sizeof bytes)) > 0)
    if (write(STDOUT_FILENO, bytes, (size_t)got) < 0) break;
  return 0;
}
