// SPDX-License-Identifier: MIT
#include "vm/guest_boot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

std::string modules_directory() {
  utsname names{};
  checked(::uname(&names), "uname", "the guest");
  return fmt::format("/lib/modules/{}/", names.release);
}

// A sysctl that this kernel lacks does not matter.
void write_if_there(const char* path, std::string_view value) {
  Fd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (file && ::write(file.get(), value.data(), value.size()) < 0) throw_errno("write", path);
}

// The port's device, if the kernel has announced it: "/dev/vport0p1".
std::string port_device() {
  std::error_code error;
  for (const auto& port : std::filesystem::directory_iterator("/sys/class/virtio-ports", error)) {
    return "/dev/" + port.path().filename().string();
  }
  return {};
}

// The kernel's announcements of devices.
Fd open_uevents() {
  Fd socket(checked(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT),
                    "socket", "NETLINK_KOBJECT_UEVENT"));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1;
  checked(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), "bind",
          "NETLINK_KOBJECT_UEVENT");
  return socket;
}

}  // namespace

void mount_filesystems() {
  struct Mount {
    const char* type;
    const char* where;
  };
  static constexpr std::array<Mount, 6> mounts = {{
      {"proc", "/proc"},
      {"sysfs", "/sys"},
      {"devtmpfs", "/dev"},
      {"devpts", "/dev/pts"},  // for a job that is given a terminal
      {"tmpfs", "/tmp"},
      {"tmpfs", "/run"},
  }};
  for (const auto& mount : mounts) {
    ::mkdir(mount.where, 0755);  // the image has most of them
    checked(::mount(mount.type, mount.where, mount.type, 0, nullptr), "mount", mount.where);
  }
  // Limits the processes of a run's programs (util/cgroup.hpp), where the kernel can.
  ::mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr);
  ::mkdir("/work", 0755);
}

void set_limits() {
  constexpr rlim_t files = 1048576;  // the kernel's own ceiling, fs.nr_open
  const rlimit limit{files, files};
  checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit", "RLIMIT_NOFILE");
  write_if_there("/proc/sys/kernel/panic_on_oops", "1");
  write_if_there("/proc/sys/kernel/hung_task_panic", "1");
  // A loaded host may not run us for a while: that is not a lockup.
  write_if_there("/proc/sys/kernel/watchdog_thresh", "30");
  // The job's watchdog must always get to run.
  ::setpriority(PRIO_PROCESS, 0, -10);
}

ModuleIndex read_module_index() {
  const auto directory = modules_directory();
  return {read_file(directory + "modules.dep"), read_file(directory + "modules.alias")};
}

std::string load_module(const ModuleIndex& index, const std::string& name) {
  const auto directory = modules_directory();
  for (const auto& file : index.load_order(name)) {
    Fd ko(::open((directory + file).c_str(), O_RDONLY | O_CLOEXEC));
    if (!ko) return fmt::format("{}: {}", file, std::strerror(errno));
    if (::syscall(SYS_finit_module, ko.get(), "", 0) != 0 && errno != EEXIST) {
      return fmt::format("finit_module({}): {}", file, std::strerror(errno));
    }
  }
  return {};
}

std::vector<LoadedModule> load_boot_modules(const ModuleIndex& index) {
  std::vector<LoadedModule> result;
  const auto text = read_file("/lib/modules/boot");
  for (const auto name : words(text)) {
    result.push_back({std::string(name), load_module(index, std::string(name))});
  }
  return result;
}

void set_random_and_time(const Job& job) {
  if (job.seed.empty()) return;
  const Fd random(checked(::open("/dev/urandom", O_WRONLY | O_CLOEXEC), "open", "/dev/urandom"));
  const int bytes = static_cast<int>(job.seed.size());
  const int head[] = {bytes * 8, bytes};  // struct rand_pool_info: the entropy in bits, the size
  std::string pool(reinterpret_cast<const char*>(head), sizeof head);
  pool += job.seed;
  checked(::ioctl(random.get(), RNDADDENTROPY, pool.data()), "RNDADDENTROPY", "the seed");
  checked(::ioctl(random.get(), RNDRESEEDCRNG), "RNDRESEEDCRNG", "the seed");
  constexpr std::int64_t second = 1'000'000'000;
  const timespec now{job.time / second, job.time % second};
  checked(::clock_settime(CLOCK_REALTIME, &now), "clock_settime", "the host's time");
}

Fd open_channel() {
  const Fd uevents = open_uevents();  // before looking, so that none is missed
  const Deadline deadline(std::chrono::seconds(60));
  for (;;) {
    bool is_half_made = false;
    if (const auto device = port_device(); !device.empty()) {
      if (Fd port(::open(device.c_str(), O_RDWR | O_CLOEXEC)); port) return port;
      // add_port() announces the device before port_fops_open() finds the port, and nothing tells
      // when it does.
      is_half_made = errno == ENXIO;
      if (errno != ENOENT && !is_half_made) throw_errno("open", device);
    }
    if (deadline.passed()) {
      throw EnvironmentError("no virtio port to the host appeared in the guest within 60 s");
    }
    pollfd wait{uevents.get(), POLLIN, 0};
    constexpr int until_it_is_made = 1;  // ms
    checked(::poll(&wait, 1, is_half_made ? until_it_is_made : deadline.poll_timeout()), "poll",
            "uevents");
    std::array<char, 8192> announcement;
    if (wait.revents != 0) ::recv(uevents.get(), announcement.data(), announcement.size(), 0);
  }
}

std::string kernel_log() {
  constexpr int read_all = 3;  // SYSLOG_ACTION_READ_ALL: the last bytes that fit
  std::string log(65536, '\0');
  const int size = ::klogctl(read_all, log.data(), static_cast<int>(log.size()));
  log.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return log;
}

std::uint64_t read_taint() {
  const auto text = read_file("/proc/sys/kernel/tainted");
  return to_integer<std::uint64_t>(text.substr(0, text.find('\n'))).value_or(0);
}

}  // namespace lab::vm
