// SPDX-License-Identifier: MIT
#include "util/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "util/error.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// Where the links that it is end, so that they stay and the file behind them is
// replaced. The last one may lead to what is not there yet.
std::string without_links(const std::string& path) {
  constexpr int most = 40;  // path_resolution(7)
  fs::path real = path;
  std::error_code error;
  for (int followed = 0; followed < most && fs::is_symlink(real, error); ++followed)
    real = real.parent_path() / fs::read_symlink(real, error);
  return real.string();
}

// /dev/stdout, /proc/self/fd/3: what is open already, and stays what it is.
bool is_open_already(const std::string& path) {
  return path.starts_with("/dev/") || path.starts_with("/proc/");
}

// The process's umask can only be read by setting it.
mode_t mode_of_new_files() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// Like the file that it replaces, as far as we may.
void take_after(const Fd& file, const std::optional<struct stat>& old) {
  if (old && ::fchown(file.get(), old->st_uid, old->st_gid) != 0)
    (void)::fchown(file.get(), static_cast<uid_t>(-1), old->st_gid);
  (void)::fchmod(file.get(), old ? old->st_mode & 07777 : mode_of_new_files());
}

// A name in the same folder, because rename(2) does not cross file systems. Hidden,
// so that no pattern finds it.
std::string temporary_name(const std::string& path) {
  return fmt::format("{}/.{}.XXXXXX", folder_of(path), fs::path(path).filename().string());
}

}  // namespace

FileBuffer::int_type FileBuffer::overflow(int_type next) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(next, traits_type::eof())) sputc(traits_type::to_char_type(next));
  return traits_type::not_eof(next);
}

int FileBuffer::sync() {
  for (const char* from = pbase(); error_ == 0 && from != pptr();) {
    const ssize_t wrote = ::write(file_.get(), from, static_cast<std::size_t>(pptr() - from));
    if (wrote >= 0)
      from += wrote;
    else if (errno != EINTR)
      fail(errno);
  }
  setp(bytes_.begin(), bytes_.end());
  return error_ == 0 ? 0 : -1;
}

void FileBuffer::fail(int error) {
  error_ = error;
  if (!temporary_) return;
  // One that cannot be cut either keeps its room until it is closed: no more can be done.
  [[maybe_unused]] const int cut = ::ftruncate(file_.get(), 0);
}

OutputFile::Target OutputFile::open_target(const std::string& path) {
  Target target{is_open_already(path) ? path : without_links(path), {}, {}, false};
  struct stat found {};
  const bool exists = ::stat(target.path.c_str(), &found) == 0;
  if (exists && (!S_ISREG(found.st_mode) || is_open_already(path))) {
    target.file = Fd(checked(::open(target.path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
    return target;
  }
  // A file that may not be written is not replaced either, though its folder allows it.
  if (exists) checked(::access(target.path.c_str(), W_OK), "open", path);
  target.replaces = true;
  // The kernel forgets a file without a name, however this process ends. Where the
  // file system knows none of that kind, it has a name from the beginning.
  target.file = Fd(::open(folder_of(target.path).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600));
  if (!target.file && (errno == EOPNOTSUPP || errno == EISDIR)) {
    target.temporary = temporary_name(target.path);
    target.file = Fd(::mkostemp(target.temporary.data(), O_CLOEXEC));
  }
  if (!target.file) throw_errno("open", path);
  take_after(target.file, exists ? std::optional(found) : std::nullopt);
  return target;
}

OutputFile::OutputFile(const std::string& path) : OutputFile(open_target(path)) {}

OutputFile::OutputFile(Target target)
    : std::ostream(nullptr),
      path_(std::move(target.path)),
      temporary_(std::move(target.temporary)),
      replaces_(target.replaces),
      buffer_(std::move(target.file), target.replaces) {
  rdbuf(&buffer_);
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

int OutputFile::finish() {
  flush();
  if (buffer_.error() != 0 || !replaces_) return buffer_.error();
  return put_in_place();
}

int OutputFile::put_in_place() {
  // Some file systems say only here that there is no room.
  if (::fsync(buffer_.file().get()) != 0) return errno;
  if (temporary_.empty()) {
    // linkat(2) does not replace, rename(2) does: so it gets a name first.
    std::string name = temporary_name(path_);
    if (!Fd(::mkostemp(name.data(), O_CLOEXEC)) || ::unlink(name.c_str()) != 0) return errno;
    const std::string nameless = fmt::format("/proc/self/fd/{}", buffer_.file().get());
    if (::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
      return errno;
    temporary_ = name;
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return errno;
  temporary_.clear();
  replaces_ = false;
  return 0;
}

}  // namespace lab
