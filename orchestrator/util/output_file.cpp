// SPDX-License-Identifier: MIT
#include "util/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include "util/error.hpp"
#include "util/output_path.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

// The process's umask can only be read by setting it.
mode_t mode_of_new_files() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// The permissions of a new file; of one that replaces another, those of the old one.
// A report needs no set-user-ID, set-group-ID or sticky bit.
void take_after(const Fd& file, const std::optional<struct stat>& old) {
  if (old && ::fchown(file.get(), old->st_uid, old->st_gid) != 0)
    (void)::fchown(file.get(), static_cast<uid_t>(-1), old->st_gid);
  (void)::fchmod(file.get(), old ? old->st_mode & 0777 : mode_of_new_files());
}

// A name in the same folder, because rename(2) does not cross file systems. Hidden,
// so that no pattern finds it. `ending` is of six characters.
std::string temporary_name(const std::string& path, std::string_view ending) {
  return fmt::format("{}/.{}.{}", folder_of(path), fs::path(path).filename().string(), ending);
}

// Gives an unnamed file (O_TMPFILE) an unused name. False: see errno.
bool give_name(const Fd& file, const std::string& name) {
  const std::string unnamed = fmt::format("/proc/self/fd/{}", file.get());
  return ::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// The same, under a temporary name; empty: see errno.
std::string give_temporary_name(const Fd& file, const std::string& path) {
  constexpr int tries = 100;
  for (int i = 0; i < tries; ++i) {
    std::uint32_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) return {};
    const std::string name = temporary_name(path, fmt::format("{:06x}", number & 0xffffff));
    if (give_name(file, name)) return name;
    if (errno != EEXIST) return {};
  }
  return {};
}

// Opens what is not a regular file, and checks that it is still what was found.
Fd open_in_place(const OutputPath& target, const std::string& path) {
  const int follow = target.open_already ? 0 : O_NOFOLLOW;
  Fd file(
      checked(::open(target.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | follow), "open", path));
  struct stat now {};
  checked(::fstat(file.get(), &now), "fstat", path);
  if (now.st_dev != target.found->st_dev || now.st_ino != target.found->st_ino)
    throw SystemError("open", path, ESTALE);
  return file;
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
  // If truncating fails too, the space is freed only when the file is closed.
  [[maybe_unused]] const int cut = ::ftruncate(file_.get(), 0);
}

OutputFile::Target OutputFile::open_target(const std::string& path) {
  const OutputPath found = resolve_output(path);
  Target target{found.path, {}, {}, false};
  if (found.found && (!S_ISREG(found.found->st_mode) || found.open_already)) {
    target.file = open_in_place(found, path);
    return target;
  }
  // Do not replace a file that we may not write to, even if its folder allows it.
  if (found.found) checked(::access(target.path.c_str(), W_OK), "open", path);
  target.replaces = true;
  // The kernel removes a file without a name, however this process ends. Where the
  // file system does not support that, the file has a name from the beginning.
  target.file = Fd(::open(folder_of(target.path).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600));
  if (!target.file && (errno == EOPNOTSUPP || errno == EISDIR)) {
    target.temporary = temporary_name(target.path, "XXXXXX");
    target.file = Fd(::mkostemp(target.temporary.data(), O_CLOEXEC));
  }
  if (!target.file) throw_errno("open", path);
  take_after(target.file, found.found);
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
  // Some file systems report only here that the disk is full.
  if (::fsync(buffer_.file().get()) != 0) return errno;
  if (temporary_.empty()) {
    // linkat(2) does not replace a file. rename(2) does, but needs a name; nothing
    // happens between the two calls.
    if (give_name(buffer_.file(), path_)) {
      replaces_ = false;
      return 0;
    }
    if (errno != EEXIST) return errno;
    temporary_ = give_temporary_name(buffer_.file(), path_);
    if (temporary_.empty()) return errno;
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return errno;
  temporary_.clear();
  replaces_ = false;
  return 0;
}

}  // namespace lab
