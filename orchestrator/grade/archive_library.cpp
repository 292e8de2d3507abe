// SPDX-License-Identifier: MIT
#include "grade/archive_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "util/error.hpp"

namespace lab::grade {
namespace {

constexpr const char* library_name = "libarchive.so.13";

template <typename Function>
void find(void* library, const char* symbol, Function& into) {
  into = reinterpret_cast<Function>(::dlsym(library, symbol));
  if (!into) throw EnvironmentError(fmt::format("{} has no {}", library_name, symbol));
}

ArchiveLibrary load_library() {
  void* library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw EnvironmentError(
        fmt::format("archives are read with {}, which is missing: on Debian, try 'apt-get install "
                    "libarchive13' (or libarchive13t64), or hand in folders",
                    library_name));
  ArchiveLibrary all{};
  find(library, "archive_read_new", all.read_new);
  find(library, "archive_read_free", all.read_free);
  find(library, "archive_read_support_format_tar", all.support_tar);
  find(library, "archive_read_support_format_zip", all.support_zip);
  find(library, "archive_read_support_filter_gzip", all.support_gzip);
  find(library, "archive_read_support_filter_bzip2", all.support_bzip2);
  find(library, "archive_read_support_filter_xz", all.support_xz);
  find(library, "archive_read_support_filter_zstd", all.support_zstd);
  find(library, "archive_read_open_fd", all.open_fd);
  find(library, "archive_read_next_header", all.next_header);
  find(library, "archive_read_data", all.read_data);
  find(library, "archive_error_string", all.error_string);
  find(library, "archive_entry_pathname", all.pathname);
  find(library, "archive_entry_hardlink", all.hardlink);
  find(library, "archive_entry_filetype", all.filetype);
  return all;
}

}  // namespace

const ArchiveLibrary& ArchiveLibrary::get() {
  static const ArchiveLibrary library = load_library();
  return library;
}

}  // namespace lab::grade
