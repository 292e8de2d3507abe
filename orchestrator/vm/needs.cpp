// SPDX-License-Identifier: MIT
#include "vm/needs.hpp"

#include <elf.h>

#include <cstring>

#include "util/text.hpp"

namespace lab::vm {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#endif

// A struct at `offset`; nothing when the file ends before.
template <typename Struct>
std::optional<Struct> read_at(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Struct)) return std::nullopt;
  Struct value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// "/lib64/ld-linux-x86-64.so.2"; the file holds a zero after it.
std::string text_of(std::string_view bytes, const Elf64_Phdr& segment) {
  if (segment.p_offset > bytes.size()) return "";
  const std::string_view text = bytes.substr(segment.p_offset, segment.p_filesz);
  return std::string(text.substr(0, text.find('\0')));
}

Executable elf(std::string_view bytes) {
  const auto header = read_at<Elf64_Ehdr>(bytes, 0);
  if (!header || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != this_machine)
    return {};
  Executable result{FileKind::elf, "", ""};
  for (std::size_t index = 0; index < header->e_phnum; ++index) {
    const auto segment = read_at<Elf64_Phdr>(bytes, header->e_phoff + index * sizeof(Elf64_Phdr));
    if (segment && segment->p_type == PT_INTERP) result.interpreter = text_of(bytes, *segment);
  }
  return result;
}

// All after the interpreter is one argument, as fs/binfmt_script.c has it.
Executable script(std::string_view bytes) {
  std::string_view line = bytes.substr(2, bytes.find('\n') - 2);
  const auto all = words(line);
  if (all.empty()) return {};
  Executable result{FileKind::script, std::string(all.front()), ""};
  if (all.size() > 1)
    result.argument = std::string(all[1].data(), all.back().data() + all.back().size());
  return result;
}

}  // namespace

Executable executable_of(std::string_view bytes) {
  if (bytes.starts_with(ELFMAG)) return elf(bytes);
  if (bytes.starts_with("#!")) return script(bytes);
  return {};
}

Libraries libraries_in(std::string_view list) {
  Libraries result;
  for (const std::string_view line : lines(list)) {
    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", "/lib64/ld-linux… (0x…)",
    // "libx.so => not found", "linux-vdso.so.1 (0x…)", which is in no file
    const auto parts = words(line);
    const bool arrow = parts.size() >= 3 && parts[1] == "=>";
    const std::string_view path = arrow ? parts[2] : parts.empty() ? "" : parts[0];
    if (path.starts_with('/'))
      result.paths.emplace_back(path);
    else if (arrow && path == "not")
      result.missing.emplace_back(parts[0]);
  }
  return result;
}

}  // namespace lab::vm
