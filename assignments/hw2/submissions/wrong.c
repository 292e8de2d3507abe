/* SPDX-License-Identifier: MIT */
/* It listens instead. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_in here = {.sin_family = AF_INET};
  int listener = socket(AF_INET, SOCK_STREAM, 0);

  if (argc != 4) return 2;
  here.sin_port = htons((unsigned short)atoi(argv[1]));
  if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 1)) return 1;
  for (;;) pause();
}
