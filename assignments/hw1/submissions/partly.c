/* SPDX-License-Identifier: MIT */
/* It accepts one client and sends its data back, but never closes, and serves no other. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_in here = {.sin_family = AF_INET};
  int listener = socket(AF_INET, SOCK_STREAM, 0), client;
  char bytes[512];
  ssize_t got;

  if (argc != 2) return 2;
  here.sin_port = htons((unsigned short)atoi(argv[1]));
  if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 8)) return 1;
  puts("ready");
  fflush(stdout);
  client = accept(listener, NULL, NULL);
  while ((got = read(client, bytes, sizeof bytes)) > 0)
    if (write(client, bytes, (size_t)got) != got) break;
  for (;;) pause();
}
