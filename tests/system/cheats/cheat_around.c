/* SPDX-License-Identifier: MIT */
/* Ways that reach around the ordinary rights of a program. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ftw.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>

#include "cheat.h"

#define IS_tables 1
#define IS_priority 2
#define IS_sibling 3
#define IS_exotic 4
#define IS_cgroup 5

#if WAY == IS_tables
/* Disturbs what the judge looks at: the module's files, sock_diag's sockets, the host's link. */
static void cheat(void) {
  const char* files[] = {"trace", "lookup", "bound", "listeners", "ehash", "info"};
  struct {
    struct nlmsghdr header;
    struct ifinfomsg link;
  } down = {{sizeof down, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0},
            {.ifi_family = AF_UNSPEC, .ifi_index = 2, .ifi_change = IFF_UP}};
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 of;
  } destroy = {{sizeof destroy, SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, 1, 0},
               {AF_INET, IPPROTO_TCP, 0, 0, 0xfff, {0}}};
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char more[512];
  } answer;

  for (int which = 0; which < 6; ++which) {
    char path[64];
    snprintf(path, sizeof path, "/proc/net/tcp_lookup/%s", files[which]);
    int file = open(path, O_RDWR | O_NONBLOCK);
    if (file >= 0 && write(file, "10/10\n", 6) > 0) broken(path);
    if (file >= 0 && ftruncate(file, 0) == 0) broken(path);
    for (char piece[4096]; file >= 0 && read(file, piece, sizeof piece) > 0;) continue;
  }
  int route = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (route >= 0 && send(route, &down, sizeof down, 0) > 0 &&
      recv(route, &answer, sizeof answer, 0) > 0 && answer.header.nlmsg_type == NLMSG_ERROR &&
      answer.error.error == 0)
    broken("has set the link down");
  int diag = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (diag >= 0 && send(diag, &destroy, sizeof destroy, 0) > 0 &&
      recv(diag, &answer, sizeof answer, MSG_DONTWAIT) > 0 &&
      answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error == 0)
    broken("has destroyed sockets");
}
#elif WAY == IS_priority
/* Leaves the judge no time and no memory. */
static void cheat(void) {
  const struct sched_param first = {.sched_priority = 99};
  const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

  if (setpriority(PRIO_PROCESS, 0, -20) == 0) broken("has raised its priority");
  if (sched_setscheduler(0, SCHED_FIFO, &first) == 0) broken("runs in real time");
  if (syscall(SYS_ioprio_set, 1, 0, 1 << 13) == 0) broken("reads and writes in real time");
  if (setrlimit(RLIMIT_NPROC, &none) == 0 || setrlimit(RLIMIT_FSIZE, &none) == 0)
    broken("has raised its limits");
  if (mlockall(MCL_CURRENT | MCL_FUTURE) == 0) {
    char* all = mmap(NULL, 400 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all != MAP_FAILED) broken("has locked 400 MB of memory");
  }
}
#elif WAY == IS_sibling
/* Four runs of it may be in one guest at once: it looks for the others. */
static void cheat(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0meet"};
  int local = socket(AF_UNIX, SOCK_STREAM, 0);

  if (bind(local, (struct sockaddr*)&name, sizeof name) != 0 && errno == EADDRINUSE)
    broken("another run has the same abstract sockets");
  if (shmget(4711, 1 << 12, IPC_CREAT | IPC_EXCL | 0666) < 0 && errno == EEXIST)
    broken("another run has the same shared memory");
  const char* files[] = {"/tmp/meet", "/dev/shm/meet", "/work/meet", "/run/meet"};
  for (int which = 0; which < 4; ++which)
    if (open(files[which], O_RDWR | O_CREAT | O_EXCL, 0666) < 0 && errno == EEXIST)
      broken(files[which]);
  if (syscall(SYS_mq_open, "meet", O_RDWR | O_CREAT | O_EXCL, 0666, NULL) < 0 && errno == EEXIST)
    broken("another run has the same message queues");
}
#elif WAY == IS_exotic
/* What reaches around the ordinary rights. */
static void cheat(void) {
  char ring[256] = {0};
  struct {
    struct file_handle head;
    char room[128];
  } handle = {.head = {.handle_bytes = 128}};
  int mount_id = 0;

  if (syscall(SYS_io_uring_setup, 4, ring) >= 0) broken("has a ring of requests");
  if (syscall(SYS_userfaultfd, 0) >= 0) broken("handles page faults of the kernel");
  if (syscall(SYS_add_key, "user", "x", "x", 1, -3) > 0) broken("has keys");
  if (syscall(SYS_fanotify_init, 0, 0) >= 0) broken("watches the file system");
  if (syscall(SYS_kcmp, 1, getpid(), 0, 0, 0) >= 0) broken("compares itself with its judge");
  if (syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0) > 0) broken("reads its judge");
  if (syscall(SYS_pidfd_open, getppid(), 0) > 0 && getppid() > 1) broken("has a hold of its judge");
  if (name_to_handle_at(AT_FDCWD, "/work", &handle.head, &mount_id, 0) == 0 &&
      open_by_handle_at(AT_FDCWD, &handle.head, O_RDONLY) >= 0)
    broken("opens files without their path");
  if (syscall(SYS_pivot_root, "/tmp", "/tmp") == 0) broken("has another root");
  if (syscall(SYS_kexec_load, 0, 0, NULL, 0) == 0) broken("has loaded a kernel");
  if (syscall(SYS_swapon, "/tmp/x", 0) == 0) broken("swaps");
  if (syscall(SYS_settimeofday, &(struct timeval){1, 1}, NULL) == 0) broken("has set the clock");
  if (syscall(SYS_sethostname, "x", 1) == 0) broken("has named the guest");
}
#elif WAY == IS_cgroup
/* Leaves its group, or stops others. */
static int visit(const char* path, const struct stat* about, int type, struct FTW* where) {
  const char* name = path + where->base;
  (void)about;

  if (type == FTW_F && (!strcmp(name, "cgroup.procs") || !strcmp(name, "cgroup.kill") ||
                        !strcmp(name, "cgroup.freeze") || !strcmp(name, "pids.max") ||
                        !strcmp(name, "memory.max"))) {
    int file = open(path, O_WRONLY);
    if (file >= 0 && write(file, "1", 1) > 0) broken(path);
    if (file >= 0) close(file);
  }
  return 0;
}
static void cheat(void) {
  nftw("/sys/fs/cgroup", visit, 20, FTW_PHYS);
  if (mkdir("/sys/fs/cgroup/mine", 0755) == 0) broken("made a group");
  if (mount("none", "/tmp", "cgroup2", 0, NULL) == 0) broken("mounted the groups");
}
#else
#error "no such way"
#endif

int main(void) {
  ready();
  cheat();
  for (;;) pause();
}
