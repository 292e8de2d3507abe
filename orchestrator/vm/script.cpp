// SPDX-License-Identifier: MIT
#include "vm/script.hpp"

#include "util/text.hpp"

namespace lab::vm {

std::optional<Script> read_script(const RegularFile& file) {
  constexpr std::size_t line_limit = 256;  // BINPRM_BUF_SIZE
  const std::string bytes = file.read(0, line_limit);
  if (!bytes.starts_with("#!")) return std::nullopt;
  const std::size_t end = bytes.find('\n');
  // A truncated line could name the wrong program.
  if (end == std::string::npos && file.size() >= line_limit) return std::nullopt;
  const std::string_view line = std::string_view(bytes).substr(0, end).substr(2);
  const auto all = words(line);
  if (all.empty()) return std::nullopt;
  Script script{std::string(all.front()), "", line.ends_with('\r')};
  // Everything after the interpreter is one argument: fs/binfmt_script.c.
  if (all.size() > 1)
    script.argument = std::string(all[1].data(), all.back().data() + all.back().size());
  return script;
}

}  // namespace lab::vm
