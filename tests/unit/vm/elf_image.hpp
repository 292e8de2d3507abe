// SPDX-License-Identifier: MIT
//
// Small ELF files for tests, and folders to put them in.
#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "util/architecture.hpp"
#include "util/temporary_folder.hpp"

namespace lab::vm {

// Headers, a dynamic section and its strings; no code. What a test spoils is public.
struct ElfImage {
  ElfImage() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_DYN;
    header.e_machine = this_architecture().elf_machine;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 3;
    segments[0].p_type = PT_LOAD;
    segments[0].p_vaddr = base;
    segments[1].p_type = PT_DYNAMIC;
    segments[2].p_type = PT_NULL;
  }

  ElfImage& add(Elf64_Sxword tag, const std::string& text) {
    add_value(tag, strings.size());
    strings += text + '\0';
    return *this;
  }
  ElfImage& add_value(Elf64_Sxword tag, Elf64_Xword value) {
    Elf64_Dyn entry{};
    entry.d_tag = tag;
    entry.d_un.d_val = value;
    dynamic.push_back(entry);
    return *this;
  }
  ElfImage& needs(const std::string& library) { return add(DT_NEEDED, library); }
  ElfImage& asks_for(const std::string& loader) {
    segments[2].p_type = PT_INTERP;
    segments[2].p_offset = strings_at + strings.size();
    segments[2].p_filesz = loader.size() + 1;
    strings += loader + '\0';
    return *this;
  }

  // Completes what adding began: the string table's entries, the segments' sizes.
  ElfImage& finish() {
    add_value(DT_STRTAB, base + strings_at);
    add_value(DT_STRSZ, strings.size());
    add_value(DT_NULL, 0);
    segments[1].p_offset = strings_at + strings.size();
    segments[1].p_filesz = dynamic.size() * sizeof(Elf64_Dyn);
    segments[0].p_filesz = segments[1].p_offset + segments[1].p_filesz;
    return *this;
  }
  std::string bytes() const {
    std::string result(reinterpret_cast<const char*>(&header), sizeof header);
    result.append(reinterpret_cast<const char*>(segments), sizeof segments);
    result += strings;
    result.append(reinterpret_cast<const char*>(dynamic.data()),
                  dynamic.size() * sizeof(Elf64_Dyn));
    return result;
  }

  static constexpr Elf64_Addr base = 0x400000;
  static constexpr Elf64_Off strings_at = sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr);
  Elf64_Ehdr header{};
  Elf64_Phdr segments[3]{};  // PT_LOAD, PT_DYNAMIC, PT_INTERP
  std::string strings = std::string(1, '\0');
  std::vector<Elf64_Dyn> dynamic;
};

// A folder of files, without links in its path, and gone at the end.
class Files {
 public:
  std::string path(const std::string& name) const { return folder_.path() / name; }
  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string file = path(name);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace lab::vm
