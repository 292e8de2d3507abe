// SPDX-License-Identifier: MIT
#include "vm/elf.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "util/error.hpp"

namespace lab::vm {
namespace {

// Linux takes no more than 64 KiB of program headers (fs/binfmt_elf.c). The other limits
// are ours, far above what linkers write.
constexpr std::size_t max_headers = 65536 / sizeof(Elf64_Phdr);
constexpr std::size_t max_dynamic = 4096;
constexpr std::size_t max_name = 4096;   // PATH_MAX
constexpr std::size_t max_path = 65536;  // of a list of directories

[[noreturn]] void damaged(const RegularFile& file, std::string_view what) {
  throw UsageError(fmt::format("{}: its ELF headers are damaged: {}", file.path(), what));
}

// `count` consecutive structures; nothing when the file ends before.
template <typename Struct>
std::optional<std::vector<Struct>> read_array(const RegularFile& file, std::uint64_t offset,
                                              std::size_t count) {
  const std::string bytes = file.read(offset, count * sizeof(Struct));
  if (bytes.size() != count * sizeof(Struct)) return std::nullopt;
  std::vector<Struct> values(count);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

class Reader {
 public:
  Reader(const RegularFile& file, std::vector<Elf64_Phdr> segments)
      : file_(file), segments_(std::move(segments)) {}

  ElfFile read() {
    ElfFile elf;
    // As in the kernel, the first one counts.
    if (const Elf64_Phdr* segment = first(PT_INTERP)) {
      elf.interpreter =
          string_at(segment->p_offset, std::min<std::uint64_t>(segment->p_filesz, max_name),
                    "the interpreter's path");
      if (elf.interpreter.empty()) damaged(file_, "the interpreter's path is empty");
    }
    read_dynamic(elf);
    return elf;
  }

 private:
  const Elf64_Phdr* first(Elf64_Word type) const {
    const auto found = std::ranges::find(segments_, type, &Elf64_Phdr::p_type);
    return found == segments_.end() ? nullptr : &*found;
  }

  // The string at `offset`, with the zero byte after it within `most` bytes.
  std::string string_at(std::uint64_t offset, std::uint64_t most, std::string_view what) const {
    std::string text = file_.read(offset, most);
    const std::size_t end = text.find('\0');
    if (end == std::string::npos) damaged(file_, fmt::format("{} does not end in the file", what));
    text.resize(end);
    return text;
  }

  // The file offset of the byte that is loaded at `address`.
  std::uint64_t offset_of(Elf64_Addr address) const {
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
      const std::uint64_t within = address - segment.p_vaddr;
      if (within >= segment.p_filesz) continue;
      if (segment.p_offset > file_.size() || within >= file_.size() - segment.p_offset) break;
      return segment.p_offset + within;
    }
    damaged(file_, "the string table is outside of the file");
  }

  // The string at `index` of the string table.
  std::string string_of(Elf64_Xword index, std::size_t most, std::string_view what) const {
    if (!table_) damaged(file_, "the dynamic section has no string table");
    if (index >= table_size_)
      damaged(file_, fmt::format("{} is outside of the string table", what));
    return string_at(*table_ + index, std::min<std::uint64_t>(most, table_size_ - index), what);
  }

  void find_string_table(const std::vector<Elf64_Dyn>& entries) {
    for (const Elf64_Dyn& entry : entries) {
      if (entry.d_tag == DT_STRTAB) table_ = offset_of(entry.d_un.d_ptr);
      if (entry.d_tag == DT_STRSZ) table_size_ = entry.d_un.d_val;
    }
    // Keeps every sum of an offset and an index within the file.
    if (table_) table_size_ = std::min(table_size_, file_.size() - *table_);
  }

  void read_dynamic(ElfFile& elf) {
    const Elf64_Phdr* segment = first(PT_DYNAMIC);
    if (!segment) return;
    const std::uint64_t count = segment->p_filesz / sizeof(Elf64_Dyn);
    if (count > max_dynamic) damaged(file_, "the dynamic section is too large");
    auto entries = read_array<Elf64_Dyn>(file_, segment->p_offset, count);
    if (!entries) damaged(file_, "the dynamic section is outside of the file");
    entries->erase(std::ranges::find(*entries, Elf64_Sxword{DT_NULL}, &Elf64_Dyn::d_tag),
                   entries->end());
    find_string_table(*entries);
    for (const Elf64_Dyn& entry : *entries) {
      const Elf64_Xword value = entry.d_un.d_val;
      if (entry.d_tag == DT_NEEDED)
        elf.needed.push_back(string_of(value, max_name, "a needed library's name"));
      else if (entry.d_tag == DT_SONAME)
        elf.soname = string_of(value, max_name, "the library's name");
      else if (entry.d_tag == DT_RPATH)
        elf.rpath = string_of(value, max_path, "the RPATH");
      else if (entry.d_tag == DT_RUNPATH)
        elf.runpath = string_of(value, max_path, "the RUNPATH");
      else if (entry.d_tag == DT_FLAGS_1)
        elf.no_default_directories = value & DF_1_NODEFLIB;
    }
    const auto is_runpath = [](const Elf64_Dyn& entry) { return entry.d_tag == DT_RUNPATH; };
    if (std::ranges::any_of(*entries, is_runpath)) elf.rpath.clear();
  }

  const RegularFile& file_;
  const std::vector<Elf64_Phdr> segments_;
  std::optional<std::uint64_t> table_;  // offset of the string table
  std::uint64_t table_size_ = 0;
};

bool is_elf(const Elf64_Ehdr& header) { return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0; }

bool is_for(const Architecture& machine, const Elf64_Ehdr& header) {
  return is_elf(header) && header.e_ident[EI_CLASS] == ELFCLASS64 &&
         header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_machine == machine.elf_machine &&
         (header.e_type == ET_EXEC || header.e_type == ET_DYN);
}

}  // namespace

std::optional<ElfFile> read_elf(const RegularFile& file, const Architecture& machine) {
  const auto header = read_array<Elf64_Ehdr>(file, 0, 1);
  if (!header || !is_for(machine, header->front())) return std::nullopt;
  const Elf64_Ehdr& elf = header->front();
  if (elf.e_phentsize != sizeof(Elf64_Phdr) || elf.e_phnum == 0 || elf.e_phnum > max_headers)
    damaged(file,
            fmt::format("it has {} program headers of {} bytes", elf.e_phnum, elf.e_phentsize));
  auto segments = read_array<Elf64_Phdr>(file, elf.e_phoff, elf.e_phnum);
  if (!segments) damaged(file, "the program headers are outside of the file");
  return Reader(file, std::move(*segments)).read();
}

std::string elf_processor(const RegularFile& file) {
  // A header of 32 bits is shorter, but a file with nothing after it is no program.
  const auto header = read_array<Elf64_Ehdr>(file, 0, 1);
  if (!header || !is_elf(header->front())) return {};
  const Elf64_Ehdr& elf = header->front();
  const auto known = std::ranges::find(architectures, elf.e_machine, &Architecture::elf_machine);
  return (known == architectures.end() ? fmt::format("ELF machine {}", elf.e_machine)
                                       : std::string(known->elf_name)) +
         (elf.e_ident[EI_CLASS] == ELFCLASS32 ? " with 32 bits" : "");
}

}  // namespace lab::vm
