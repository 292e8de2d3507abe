// SPDX-License-Identifier: MIT
#include "util/regular_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "util/error.hpp"

namespace lab {

RegularFile::RegularFile(const std::string& path) {
  std::error_code error;
  path_ = std::filesystem::canonical(path, error);
  if (error) throw SystemError("open", path, error.value());
  // O_PATH: to open a device may already do something, and a pipe waits for its writer.
  // O_NOFOLLOW: a link may have replaced the file since.
  const Fd place(checked(::open(path_.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW), "open", path_));
  struct stat facts {};
  checked(::fstat(place.get(), &facts), "fstat", path_);
  if (!S_ISREG(facts.st_mode)) throw UsageError(fmt::format("{} is not a regular file", path));
  const std::string same = fmt::format("/proc/self/fd/{}", place.get());
  file_ = Fd(checked(::open(same.c_str(), O_RDONLY | O_CLOEXEC), "open", path_));
  size_ = static_cast<std::uint64_t>(facts.st_size);
}

std::string RegularFile::read(std::uint64_t offset, std::size_t most) const {
  if (offset >= size_) return "";
  std::string bytes(std::min<std::uint64_t>(most, size_ - offset), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = checked(::pread(file_.get(), bytes.data() + filled, bytes.size() - filled,
                                        static_cast<off_t>(offset + filled)),
                                "read", path_);
    if (got == 0) break;  // it was truncated since
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace lab
