// SPDX-License-Identifier: MIT
//
// A server that never listens, and kills all that it can.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	puts("ready");
	fflush(stdout);
	for (pid_t process = 1; process < 1000; process++)
		if (process != getpid())
			kill(process, SIGKILL);
	kill(-1, SIGKILL);
	pause();
	return 0;
}
