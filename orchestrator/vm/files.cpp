// SPDX-License-Identifier: MIT
#include "vm/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "util/error.hpp"
#include "util/write_all.hpp"
#include "util/fd.hpp"

namespace lab::vm {
namespace {

void append(const std::string& path, const FileChunk& chunk) {
  const auto parent = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) throw SystemError("mkdir", parent.string(), error.value());

  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  Fd file(checked(::open(path.c_str(), flags | (chunk.first ? O_TRUNC : O_APPEND), chunk.mode),
                  "open", path));
  write_all(file, chunk.bytes, path);
}

}  // namespace

void send_file(const std::string& path, const std::string& as,
               const std::function<void(FileChunk)>& send) {
  // O_NONBLOCK: a pipe would wait for its writer.
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Fd file(checked(::open(path.c_str(), flags), "open", path));
  struct stat facts {};
  checked(::fstat(file.get(), &facts), "fstat", path);
  if (!S_ISREG(facts.st_mode)) throw UsageError(fmt::format("{} is not a regular file", path));
  FileChunk chunk{as, {}, facts.st_mode & 0777u, true};
  for (;;) {
    chunk.bytes.resize(FileChunk::piece);
    const ssize_t got =
        checked(::read(file.get(), chunk.bytes.data(), chunk.bytes.size()), "read", path);
    chunk.bytes.resize(static_cast<std::size_t>(got));
    // An empty file is one empty piece.
    if (got > 0 || chunk.first) send(chunk);
    if (got == 0) return;
    chunk.first = false;
  }
}

void send_tree(const std::string& directory, const std::function<void(FileChunk)>& send) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  std::filesystem::recursive_directory_iterator walk(directory, error);
  if (error) throw SystemError("opendir", directory, error.value());
  for (const auto& entry : walk) {
    if (entry.symlink_status().type() == std::filesystem::file_type::regular) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  for (const auto& path : found) {
    send_file(path.string(), path.lexically_relative(directory).string(), send);
  }
}

void keep_from_programs(const std::string& path) {
  constexpr uid_t keeper = 1;
  checked(::chown(path.c_str(), keeper, keeper), "chown", path);
  const bool folder = std::filesystem::is_directory(path);
  checked(::chmod(path.c_str(), folder ? 0700 : 0600), "chmod", path);
}

void receive(const FileChunk& chunk) {
  const auto parent = std::filesystem::path(chunk.path).parent_path();
  const bool is_new_folder = !std::filesystem::exists(parent);
  // A library that is in use, perhaps by ourselves, must not change: replace it with a
  // new file.
  if (chunk.first) ::unlink(chunk.path.c_str());
  append(chunk.path, chunk);
  if (!chunk.first || (chunk.mode & 077) != 0) return;
  keep_from_programs(chunk.path);
  // Nor may a program list it: the names tell something, too. Programs beside it can be run.
  if (is_new_folder) checked(::chmod(parent.c_str(), 0711), "chmod", parent.string());
}

}  // namespace lab::vm
