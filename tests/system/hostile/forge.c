// SPDX-License-Identifier: MIT
//
// A server that never listens, and makes its judge exit with status 0: every process that
// it can attach to.
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void end_well(pid_t process)
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_ATTACH, process, 0, 0) != 0)
		return;
	waitpid(process, NULL, __WALL);
	ptrace(PTRACE_GETREGS, process, 0, &registers);
	registers.rip -= 2; // the system call in which it waits, once more
	registers.rax = SYS_exit_group;
	registers.orig_rax = -1ULL;
	registers.rdi = 0;
	ptrace(PTRACE_SETREGS, process, 0, &registers);
	ptrace(PTRACE_DETACH, process, 0, 0);
}

int main(void)
{
	for (pid_t process = 2; process < 1000; process++)
		if (process != getpid())
			end_well(process);
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
