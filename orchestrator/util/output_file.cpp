// SPDX-License-Identifier: MIT
#include "util/output_file.hpp"

#include <fcntl.h>

#include <cerrno>

#include "util/error.hpp"

namespace lab {

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
      error_ = errno;
  }
  setp(bytes_.begin(), bytes_.end());
  return error_ == 0 ? 0 : -1;
}

OutputFile::OutputFile(const std::string& path)
    : std::ostream(nullptr),
      buffer_(Fd(checked(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666),
                         "open", path))) {
  rdbuf(&buffer_);
}

int OutputFile::finish() {
  flush();
  return buffer_.error();
}

}  // namespace lab
