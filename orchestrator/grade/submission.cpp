// SPDX-License-Identifier: MIT
#include "grade/submission.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "grade/archive.hpp"
#include "grade/fingerprint.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/printable.hpp"

namespace lab::grade {
namespace {

namespace fs = std::filesystem;

// Below `folder`, without links: neither the file nor a folder above it may be one.
Fd open_below(const Fd& folder, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  return Fd(static_cast<int>(::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how)));
}

std::string why_not(int error) {
  if (error == ENOENT || error == ENOTDIR) return "it is missing";
  if (error == ELOOP) return "it is a symbolic link, or in one; hand in the file itself";
  if (error == EXDEV) return "it is on another file system; hand in the file itself";
  return fmt::format("it cannot be read: {}", std::strerror(error));
}

// The file's contents, or why not.
std::string read_at_most(const Fd& file, std::uint64_t most, std::string& why) {
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return why = why_not(errno), "";
  if (!S_ISREG(about.st_mode)) return why = "it is not a regular file", "";
  std::string bytes;
  std::string piece(1 << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return why = why_not(errno), "";
    if (got == 0) return bytes;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
    if (bytes.size() > most)
      return why = "with it, the submission is larger than the assignment allows", "";
  }
}

Taken take_from_folder(const std::string& path, const Assignment& assignment) {
  Taken taken;
  const Fd folder(checked(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path));
  std::uint64_t left = assignment.limits.size;
  for (const ExpectedFile& expected : assignment.files) {
    const Fd file = open_below(folder, expected.path);
    std::string why = file ? "" : why_not(errno);
    std::string bytes = file ? read_at_most(file, left, why) : "";
    if (!why.empty()) {
      taken.refused[expected.path] = why;
      continue;
    }
    left -= bytes.size();
    taken.files[expected.path] = std::move(bytes);
  }
  return taken;
}

// "alice.tar.gz" → "alice"
std::string student_of(const fs::path& path, bool is_folder) {
  const std::string name =
      (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
  std::string_view student = name;
  if (!is_folder)
    for (const std::string_view ending : archive_endings)
      if (name.ends_with(ending) && name.size() > ending.size()) {
        student.remove_suffix(ending.size());
        break;
      }
  return printable_line(student);
}

}  // namespace

std::vector<Submission> submissions_of(const std::vector<std::string>& paths) {
  std::vector<Submission> all;
  for (const std::string& path : paths) {
    std::error_code error;
    const auto type = fs::status(path, error).type();
    if (type != fs::file_type::directory && type != fs::file_type::regular)
      throw UsageError(fmt::format("{}: {}; name a folder or an archive of a submission", path,
                                   type == fs::file_type::not_found ? "there is no such file"
                                   : error                          ? error.message()
                                           : "neither a folder nor a regular file"));
    if (::access(path.c_str(), R_OK) != 0)
      throw UsageError(fmt::format("{}: {}; make it readable for you", path, std::strerror(errno)));
    all.push_back({path, student_of(fs::absolute(path).lexically_normal(),
                                    type == fs::file_type::directory)});
  }
  std::ranges::sort(all, {}, &Submission::student);
  for (std::size_t index = 1; index < all.size(); ++index)
    if (all[index - 1].student == all[index].student)
      throw UsageError(fmt::format("{} and {} are both submissions of {}; rename one",
                                   all[index - 1].path, all[index].path, all[index].student));
  return all;
}

Taken take(const Submission& submission, const Assignment& assignment) {
  // Where students can write, it may lead to another's.
  if (fs::is_symlink(fs::absolute(submission.path + "/").lexically_normal().parent_path())) {
    Taken taken;
    taken.fault = "the submission is a symbolic link; name the folder or archive that it leads to";
    return taken;
  }
  if (fs::is_directory(submission.path)) return take_from_folder(submission.path, assignment);
  return take_from_archive(submission.path, assignment);
}

predict::Answers answers_of(const Taken& taken, const Assignment& assignment) {
  const auto file =
      std::ranges::find(assignment.files, ExpectedFile::Kind::answers, &ExpectedFile::kind);
  if (file == assignment.files.end()) return {};
  const auto text = taken.files.find(file->path);
  if (text == taken.files.end())
    return predict::no_answers(assignment.questions, fmt::format("there is no {}", file->path));
  return predict::answers_from(text->second, file->path, assignment.questions);
}

std::string fingerprint_of(const Taken& taken) {
  Fingerprint fingerprint;
  for (const auto& [path, bytes] : taken.files) fingerprint.add(path).add(bytes);
  for (const auto& [path, why] : taken.refused) fingerprint.add(path).add(why);
  return fingerprint.add(taken.fault).text();
}

}  // namespace lab::grade
