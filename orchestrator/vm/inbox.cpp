// SPDX-License-Identifier: MIT
#include "vm/inbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "util/printable.hpp"
#include "util/write_all.hpp"

namespace lab::vm {
namespace {

// openat2(2) itself forbids paths out of the directory. Without it (old kernels, some
// containers), O_EXCL and O_NOFOLLOW have the same effect for one path component.
int create_below(int directory, const char* name) {
  open_how how{};
  how.flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  how.mode = 0644;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto made = static_cast<int>(::syscall(SYS_openat2, directory, name, &how, sizeof how));
  if (made >= 0 || (errno != ENOSYS && errno != EPERM)) return made;
  return ::openat(directory, name, static_cast<int>(how.flags), how.mode);
}

bool is_one_component(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

}  // namespace

void Allowance::take(std::size_t bytes) {
  taken_ += bytes;
  if (taken_ > most_)
    throw Refused(
        fmt::format("the guest sent more than {} bytes of {}: refused", most_, what_));
}

Inbox::Inbox(const std::string& folder, std::set<std::string> wanted, std::uint64_t most)
    : folder_(folder),
      wanted_(std::move(wanted)),
      allowance_(fmt::format("files for {}", folder), most) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw SystemError("mkdir", folder, error.value());
  directory_ = Fd(
      checked(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", folder));
  for (const std::string& name : wanted_)
    if (!is_one_component(name))
      throw UsageError(fmt::format("'{}' is not the name of a file in {}", name, folder));
}

void Inbox::take(const std::string& name, const FileChunk& chunk) {
  allowance_.take(chunk.bytes.size());
  if (chunk.first) {
    if (wanted_.erase(name) == 0)
      throw Refused(
          fmt::format("the guest sent a file '{}' for {}, which was not requested or "
                      "has already come: refused",
                      printable_line(name), folder_));
    current_ = name;
    file_.reset();
    file_ = create(name);
  } else if (current_.empty() || name != current_) {
    throw Refused(
        fmt::format("the guest sent a piece of a file '{}' for {} without its "
                    "beginning: refused",
                    printable_line(name), folder_));
  }
  if (!file_) return;
  try {
    write_all(file_, chunk.bytes, folder_ + "/" + name);
  } catch (const SystemError&) {
    file_.reset();
    throw;
  }
}

Fd Inbox::create(const std::string& name) const {
  const std::string path = folder_ + "/" + name;
  struct stat there {};
  const int directory = directory_.get();
  if (::fstatat(directory, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0) {
    // A link may lead anywhere: its owner must remove it.
    if (!S_ISREG(there.st_mode)) throw SystemError("replace what is no regular file", path, EEXIST);
    checked(::unlinkat(directory, name.c_str(), 0), "unlink", path);
  }
  return Fd(checked(create_below(directory, name.c_str()), "openat2", path));
}

}  // namespace lab::vm
