// SPDX-License-Identifier: MIT
#include "vm/elf.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "unit/vm/elf_image.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::ThrowsMessage;

class ReadElf : public testing::Test {
 protected:
  std::optional<ElfFile> read(const std::string& bytes) {
    return read_elf(RegularFile(files_.write("file", bytes)));
  }
  std::optional<ElfFile> read(const ElfImage& image) { return read(image.bytes()); }
  void expect_damaged(const ElfImage& image, const std::string& what) {
    EXPECT_THAT([&] { read(image); }, ThrowsMessage<UsageError>(HasSubstr(what)));
  }

  Files files_;
};

TEST_F(ReadElf, ReadsARealProgramAndItsLoader) {
  const auto self = read_elf(RegularFile("/proc/self/exe"));
  ASSERT_TRUE(self);
  EXPECT_THAT(self->interpreter, StartsWith("/lib"));
  EXPECT_THAT(self->needed, Contains(StartsWith("libc.so")));
  const auto loader = read_elf(RegularFile(self->interpreter));
  ASSERT_TRUE(loader);
  EXPECT_EQ(loader->interpreter, "");
  EXPECT_THAT(loader->soname, StartsWith("ld-"));
}

TEST_F(ReadElf, ReadsWhatTheDynamicSectionNames) {
  ElfImage image;
  image.asks_for("/lib/loader").needs("liba.so").needs("libb.so.1").add(DT_SONAME, "libself.so");
  image.add(DT_RUNPATH, "$ORIGIN/lib:/opt").add_value(DT_FLAGS_1, DF_1_NODEFLIB).finish();
  const auto elf = read(image);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->interpreter, "/lib/loader");
  EXPECT_THAT(elf->needed, ElementsAre("liba.so", "libb.so.1"));
  EXPECT_EQ(elf->soname, "libself.so");
  EXPECT_EQ(elf->runpath, "$ORIGIN/lib:/opt");
  EXPECT_EQ(elf->rpath, "");
  EXPECT_TRUE(elf->no_default_directories);
}

TEST_F(ReadElf, PutsTheRunpathInTheRpathsPlace) {
  EXPECT_EQ(read(ElfImage().add(DT_RPATH, "/old").finish())->rpath, "/old");
  const auto both = read(ElfImage().add(DT_RPATH, "/old").add(DT_RUNPATH, "/new").finish());
  EXPECT_EQ(both->rpath, "");
  EXPECT_EQ(both->runpath, "/new");
}

TEST_F(ReadElf, TellsTheProcessorOfAnyElfFile) {
  const auto processor = [&](const std::string& bytes) {
    return elf_processor(RegularFile(files_.write("file", bytes)));
  };
  for (const Architecture& each : architectures) {
    ElfImage image;
    image.header.e_machine = each.elf_machine;
    EXPECT_EQ(processor(image.finish().bytes()), each.elf_name);
    EXPECT_EQ(read(image).has_value(), is_this(each));
    EXPECT_TRUE(read_elf(RegularFile(files_.write("file", image.bytes())), each));
  }
  ElfImage other;
  other.header.e_machine = EM_RISCV;
  EXPECT_EQ(processor(other.finish().bytes()), "ELF machine 243");
  ElfImage narrow;
  narrow.header.e_machine = EM_X86_64;
  narrow.header.e_ident[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(processor(narrow.finish().bytes()), "EM_X86_64 with 32 bits");
  EXPECT_EQ(processor("#!/bin/sh\n" + std::string(100, ' ')), "");
  EXPECT_EQ(processor("\x7f"
                      "ELF"),
            "");
}

TEST_F(ReadElf, FindsNothingInAStaticProgram) {
  ElfImage image;
  image.segments[1].p_type = PT_NULL;
  const auto elf = read(image);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->interpreter, "");
  EXPECT_THAT(elf->needed, IsEmpty());
}

TEST_F(ReadElf, TakesNoFileOfAnotherMachineClassOrKind) {
  ElfImage image;
  ASSERT_TRUE(read(image.finish()));
  const auto spoiled = [&](auto spoil) {
    ElfImage other = image;
    spoil(other.header);
    return read(other);
  };
  EXPECT_FALSE(spoiled([](Elf64_Ehdr& header) { header.e_machine = EM_S390; }));
  EXPECT_FALSE(spoiled([](Elf64_Ehdr& header) { header.e_ident[EI_CLASS] = ELFCLASS32; }));
  EXPECT_FALSE(spoiled([](Elf64_Ehdr& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; }));
  EXPECT_FALSE(spoiled([](Elf64_Ehdr& header) { header.e_type = ET_REL; }));
  EXPECT_FALSE(read("hello\n"));
  EXPECT_FALSE(read(""));
}

TEST_F(ReadElf, SurvivesEveryTruncation) {
  ElfImage image;
  image.asks_for("/lib/loader").needs("liba.so").add(DT_RUNPATH, "/opt").finish();
  const std::string bytes = image.bytes();
  std::size_t refused = 0, other = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    try {
      if (!read(bytes.substr(0, size))) ++other;
    } catch (const UsageError&) {
      ++refused;
    }
  }
  EXPECT_EQ(other, sizeof(Elf64_Ehdr)) << "a file without a whole header is no ELF file";
  EXPECT_EQ(other + refused, bytes.size()) << "no truncated file is accepted";
}

TEST_F(ReadElf, RefusesProgramHeadersThatAreNotInTheFile) {
  ElfImage image;
  image.finish();
  image.header.e_phnum = 65535;
  expect_damaged(image, "it has 65535 program headers");
  image.header.e_phnum = 1000;
  expect_damaged(image, "the program headers are outside of the file");
  image.header.e_phnum = 0;
  expect_damaged(image, "it has 0 program headers");
  image.header.e_phnum = 3;
  image.header.e_phoff = ~Elf64_Off{0} - 8;
  expect_damaged(image, "the program headers are outside of the file");
  image.header.e_phoff = sizeof image.header;
  image.header.e_phentsize = 1;
  expect_damaged(image, "of 1 bytes");
}

TEST_F(ReadElf, RefusesADynamicSectionThatIsNotInTheFile) {
  ElfImage image;
  image.needs("liba.so").finish();
  ElfImage far = image;
  far.segments[1].p_offset = ~Elf64_Off{0};
  expect_damaged(far, "the dynamic section is outside of the file");
  ElfImage large = image;
  large.segments[1].p_filesz = ~Elf64_Xword{0};
  expect_damaged(large, "the dynamic section is too large");
}

TEST_F(ReadElf, RefusesStringsThatAreNotInTheFile) {
  ElfImage image;
  image.needs("liba.so").finish();
  const auto entry = [](ElfImage& of, Elf64_Sxword tag) -> Elf64_Xword& {
    for (Elf64_Dyn& each : of.dynamic)
      if (each.d_tag == tag) return each.d_un.d_val;
    throw std::out_of_range("no such entry");
  };
  ElfImage far_name = image;
  entry(far_name, DT_NEEDED) = ~Elf64_Xword{0};
  expect_damaged(far_name, "a needed library's name is outside of the string table");
  ElfImage far_table = image;
  entry(far_table, DT_STRTAB) = 0x7000;
  expect_damaged(far_table, "the string table is outside of the file");
  ElfImage far_segment = image;
  far_segment.segments[0].p_offset = ~Elf64_Off{0} - 100;
  expect_damaged(far_segment, "the string table is outside of the file");
  ElfImage cut = image;
  entry(cut, DT_STRSZ) = 4;  // in the middle of the name
  expect_damaged(cut, "a needed library's name does not end in the file");
  ElfImage no_table = image;
  no_table.dynamic.at(1).d_tag = DT_DEBUG;
  expect_damaged(no_table, "the dynamic section has no string table");
}

TEST_F(ReadElf, RefusesAnInterpreterWithoutAnEnd) {
  ElfImage image;
  image.asks_for("/lib/loader").finish();
  ElfImage cut = image;
  cut.segments[2].p_filesz = 5;
  expect_damaged(cut, "the interpreter's path does not end in the file");
  ElfImage empty = image;
  empty.segments[2].p_offset = ElfImage::strings_at;  // a zero byte
  expect_damaged(empty, "the interpreter's path is empty");
  ElfImage far = image;
  far.segments[2].p_offset = ~Elf64_Off{0};
  expect_damaged(far, "the interpreter's path does not end in the file");
}

TEST(RegularFile, RefusesWhatMayBlockOrHasNoEnd) {
  const Files files;
  ASSERT_EQ(::mkfifo(files.path("pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", files.path("zero"));
  for (const std::string& path : {files.path("pipe"), files.path("zero"), files.path("")})
    EXPECT_THAT([&] { RegularFile{path}; },
                ThrowsMessage<UsageError>(HasSubstr("is not a regular file")))
        << path;
  EXPECT_THROW(RegularFile(files.path("nothing")), SystemError);
}

TEST(RegularFile, FollowsLinksAndReadsPieces) {
  const Files files;
  files.write("file", "0123456789");
  std::filesystem::create_symlink("file", files.path("link"));
  const RegularFile file(files.path("link"));
  EXPECT_EQ(file.path(), files.path("file"));
  EXPECT_EQ(file.size(), 10u);
  EXPECT_EQ(file.read(2, 3), "234");
  EXPECT_EQ(file.read(8, 100), "89");
  EXPECT_EQ(file.read(10, 1), "");
  EXPECT_EQ(file.read(~std::uint64_t{0}, 1), "");
}

}  // namespace
}  // namespace lab::vm
