// SPDX-License-Identifier: MIT
/*
 * How many rows a second each dump of the established hash yields: dumps SOCKETS
 * [ROUNDS] [6]. For dumps.sh; "6": of IPv6.
 *
 * Prints thousands of rows a second of /proc/net/tcp, of a sock_diag dump, and of the
 * views "ehash" and "bound": the best of the rounds, in which they take turns, since a
 * shared machine only ever makes one slower.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tables.h"

int main(int argc, char **argv)
{
	static unsigned long (*const dumps[])(void) = {proc_net_tcp, sock_diag, ehash, bound};
	const unsigned int count = argc > 1 ? (unsigned int)atoi(argv[1]) : 1000;
	const int rounds = argc > 2 ? atoi(argv[2]) : 5;
	double best[4] = {0};

	table_family = argc > 3 ? AF_INET6 : AF_INET;
	fill_table(count);
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < 4; i++) {
			const double begin = now();
			const unsigned long rows = dumps[i]();
			const double rate = (double)rows / (now() - begin) / 1e3;

			must(rows >= count, "a dump has too few rows");
			if (rate > best[i])
				best[i] = rate;
		}
	}
	printf("%u %.1f %.1f %.1f %.1f\n", count, best[0], best[1], best[2], best[3]);
	return 0;
}
