/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cheat.h"

/* The processes of a guest have small numbers. */
#define PIDS 700

#define IS_ptrace 1
#define IS_kill 2
#define IS_stop 3
#define IS_proc 4
#define IS_hidden 5
#define IS_report 6
#define IS_channel 7
#define IS_bomb 8
#define IS_flood 9
#define IS_sleep 10
#define IS_memory 11
#define IS_disk 12
#define IS_ansi 13
#define IS_daemon 14
#define IS_exit 15
#define IS_environment 16
#define IS_setuid 17
#define IS_sysctl 18
#define IS_packets 19
#define IS_module 20
#define IS_busy 21
#define IS_descriptors 22
#define IS_timebomb 23

#if WAY == IS_ptrace
/* Makes its judge exit with status 0. */
static void cheat(void) {
  for (int pid = 1; pid < PIDS; ++pid) {
    if (pid == getpid() || ptrace(PTRACE_ATTACH, pid, 0, 0) != 0) continue;
    broken("attached to another process");
    waitpid(pid, NULL, 0);
    ptrace(PTRACE_KILL, pid, 0, 0);
  }
}
#elif WAY == IS_kill || WAY == IS_stop
static void cheat(void) {
  const int number = WAY == IS_kill ? SIGKILL : SIGSTOP;

  for (int pid = 2; pid < PIDS; ++pid)
    if (pid != getpid() && kill(pid, number) == 0) broken("signalled another process");
  kill(1, number); /* process 1 of its own namespace: nothing may come of it */
  kill(getppid(), number);
  kill(-1, number);
}
#elif WAY == IS_proc
/* Looks for its judge in /proc. */
static void cheat(void) {
  for (int pid = 1; pid < PIDS; ++pid) {
    char path[64], text[4096];
    const char *names[] = {"cmdline", "environ", "maps"};

    for (int which = 0; which < 3; ++which) {
      snprintf(path, sizeof path, "/proc/%d/%s", pid, names[which]);
      int file = open(path, O_RDONLY);
      ssize_t got = file < 0 ? 0 : read(file, text, sizeof text - 1);
      if (got > 0 && (memmem(text, (size_t)got, "orchestrator", 12) ||
                      memmem(text, (size_t)got, ".yaml", 5)))
        broken(path);
      if (file >= 0) close(file);
    }
  }
}
#elif WAY == IS_hidden
/* Looks for the scenarios that judge it. */
static int visit(const char *path, const struct stat *about, int type, struct FTW *where) {
  char text[8192];
  char of_scenarios[] = "${submission?"; /* not as it is sought: this file has it, too */
  int file;
  ssize_t got;
  (void)where;
  of_scenarios[12] = '}';

  if (!strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/", 5)) return FTW_SKIP_SUBTREE;
  if (!strncmp(path, "/lab/scenarios/", 15)) return FTW_CONTINUE; /* they are public */
  if (strstr(path, "second-client") || strstr(path, "listens")) broken(path);
  if (type != FTW_F || about->st_size > 1 << 20) return FTW_CONTINUE;
  file = open(path, O_RDONLY | O_NONBLOCK);
  got = file < 0 ? 0 : read(file, text, sizeof text);
  if (got > 0 && memmem(text, (size_t)got, of_scenarios, 13)) broken(path);
  if (file >= 0) close(file);
  return FTW_CONTINUE;
}
static void cheat(void) { nftw("/", visit, 20, FTW_PHYS | FTW_ACTIONRETVAL); }
#elif WAY == IS_report
/* Writes the report itself. */
static void cheat(void) {
  const char *folders[] = {"/results", "/work", "/work/submission", "/", "/run", "/lab"};
  char path[256];

  for (int which = 0; which < 6; ++which) {
    snprintf(path, sizeof path, "%s/report.json", folders[which]);
    try_to_write(path, "{\"schema\": 2, \"runs\": []}");
    snprintf(path, sizeof path, "%s/verdicts.json", folders[which]);
    try_to_write(path, "{}");
  }
  DIR *results = opendir("/results");
  if (results) broken("/results can be listed");
}
#elif WAY == IS_channel
/* Speaks to the host itself. */
static void cheat(void) {
  const char *devices[] = {"/dev/vport0p1", "/dev/vport1p1", "/dev/virtio-ports/0", "/dev/kmsg",
                           "/dev/mem",      "/dev/hvc0",     "/dev/console",        "/dev/ttyS0",
                           "/dev/port"};
  for (int which = 0; which < 9; ++which) try_to_write(devices[which], "10/10");
  for (int minor = 0; minor < 4; ++minor) {
    if (mknod("/tmp/device", S_IFCHR | 0666, makedev(250 + (unsigned)minor, 1)) == 0)
      broken("made a device");
    unlink("/tmp/device");
  }
  ioctl(0, TIOCSTI, "x");
}
#elif WAY == IS_bomb
static void cheat(void) {
  for (;;) fork();
}
#elif WAY == IS_flood
static void cheat(void) {
  char line[4096];

  memset(line, 'A', sizeof line);
  line[sizeof line - 1] = '\n';
  while (write(1, line, sizeof line) > 0 || errno == EINTR) continue;
}
#elif WAY == IS_sleep
static void cheat(void) {
  for (;;) pause();
}
#elif WAY == IS_memory
static void cheat(void) {
  for (;;) {
    char *piece = malloc(1 << 20);
    if (piece) memset(piece, 1, 1 << 20);
    if (fork() < 0) sched_yield();
  }
}
#elif WAY == IS_disk
static void cheat(void) {
  static char piece[1 << 20];
  const char *folders[] = {"/tmp", "/dev/shm", "/work", "/run", "/"};

  for (int which = 0; which < 5; ++which)
    for (int number = 0; number < 100; ++number) {
      char path[64];
      snprintf(path, sizeof path, "%s/%d", folders[which], number);
      int file = open(path, O_WRONLY | O_CREAT, 0644);
      if (file < 0) break;
      if (which > 1) broken(path);
      while (write(file, piece, sizeof piece) > 0) continue;
      close(file);
    }
}
#elif WAY == IS_ansi
/* Draws a better score over the real one. */
static void cheat(void) {
  puts("\033[2J\033[H\033]0;10 of 10\a10 of 10 points\n{\"scores\": {\"echoes\": 5}}\xff\xfe");
  puts("</failure></testcase><testcase name=\"echoes\"/>\x1b[31m\u202e");
  fflush(stdout);
}
#elif WAY == IS_daemon
/* Leaves processes behind that outlive their program. */
static void cheat(void) {
  for (int count = 0; count < 20; ++count)
    if (fork() == 0) {
      setsid();
      if (fork() == 0) {
        for (int fd = 0; fd < 256; ++fd) close(fd);
        for (;;) pause();
      }
      _exit(0);
    }
  _exit(0);
}
#elif WAY == IS_exit
static void cheat(void) { _exit(0); }
#elif WAY == IS_environment
/* Poisons what the next program will read. */
static void cheat(void) {
  const char *files[] = {"/etc/ld.so.preload", "/etc/ld.so.cache",    "/root/.bashrc",
                         "/etc/profile",       "/lab/orchestrator",   "/work/submission/server",
                         "/init",              "/lab/programs/knock", "/etc/protocols"};
  for (int which = 0; which < 9; ++which) try_to_write(files[which], "/tmp/evil.so");
  if (rename("/work/submission/server", "/work/submission/other") == 0) broken("renamed itself");
  setenv("LD_PRELOAD", "/tmp/evil.so", 1);
}
#elif WAY == IS_setuid
static void cheat(void) {
  if (setuid(0) == 0 || seteuid(0) == 0) broken("is root");
  int copy = open("/tmp/copy", O_WRONLY | O_CREAT, 04777);
  if (copy >= 0) close(copy);
  if (chown("/tmp/copy", 0, 0) == 0) broken("gave a file to root");
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
      mount("none", "/proc", "proc", 0, NULL) == 0)
    broken("mounted something");
  if (unshare(CLONE_NEWNET) == 0) broken("has a network of its own");
  for (int pid = 1; pid < PIDS; ++pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
    int space = open(path, O_RDONLY);
    if (space >= 0 && setns(space, 0) == 0) broken("entered another namespace");
    if (space >= 0) close(space);
  }
  if (chroot("/tmp") == 0) broken("changed its root");
}
#elif WAY == IS_sysctl
static void cheat(void) {
  const char *files[] = {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
                         "/proc/sys/net/ipv4/tcp_syncookies", "/proc/sysrq-trigger",
                         "/sys/power/state", "/proc/self/oom_score_adj",
                         "/proc/sys/net/ipv4/ip_local_port_range"};
  for (int which = 0; which < 7; ++which) {
    int file = open(files[which], O_WRONLY);
    if (file >= 0 && write(file, "0", 1) > 0) broken(files[which]);
    if (file >= 0) close(file);
  }
}
#elif WAY == IS_packets
/* Answers SYNs without a socket. */
static void cheat(void) {
  if (socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) >= 0) broken("has a packet socket");
  if (socket(AF_INET, SOCK_RAW, IPPROTO_TCP) >= 0) broken("has a raw socket");
}
#elif WAY == IS_module
static void cheat(void) {
  static const char module[] = "\177ELF";
  if (syscall(SYS_init_module, module, sizeof module, "") == 0) broken("loaded a module");
  if (syscall(SYS_delete_module, "tcp_lookup", O_NONBLOCK) == 0) broken("removed the module");
  if (syscall(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, NULL) == 0) broken("rebooted");
  if (syscall(SYS_bpf, 5, NULL, 0) == 0) broken("loaded a BPF program");
  if (syscall(SYS_perf_event_open, NULL, 1, -1, -1, 0) >= 0) broken("traces the judge");
  if (syscall(SYS_syslog, 3, (char[64]){0}, 64) > 0) broken("reads the kernel's log");
}
#elif WAY == IS_busy
static void cheat(void) {
  for (int count = 0; count < 200; ++count)
    if (fork() == 0)
      for (;;) continue;
  for (;;) continue;
}
#elif WAY == IS_descriptors
/* Uses what it may have inherited. */
static void cheat(void) {
  for (int fd = 3; fd < 1024; ++fd)
    if (fcntl(fd, F_GETFD) >= 0) {
      broken("inherited a descriptor");
      if (write(fd, "10/10", 5) == 5) broken("wrote to it");
    }
}
#elif WAY == IS_timebomb
/* Waits until its judge has looked, and then kills and floods. */
static void cheat(void) {
  sleep(2);
  kill(-1, SIGKILL);
  for (;;)
    if (fork() == 0)
      while (write(1, "bomb\n", 5) > 0) continue;
}
#else
#error "no such way"
#endif

int main(void) {
  if (WAY != IS_sleep) ready();
  cheat();
  for (;;) pause();
}
