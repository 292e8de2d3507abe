// SPDX-License-Identifier: MIT
#include "vm/files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/fd.hpp"
#include "util/text.hpp"
#include "unit/vm/build_directory.hpp"

namespace lab::vm {
namespace {

TEST(Files, TransferATreeInPieces) {
  const BuildDirectory from, to;
  std::string large(FileChunk::piece * 2 + 17, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3 & 0xff);
  from.write("pcap/large", large);
  from.write("empty", "");
  from.write("small", "Hello\n");
  std::filesystem::create_symlink("/etc/passwd", from.path() + "/link");

  std::size_t pieces = 0;
  send_tree(from.path(), [&](FileChunk chunk) {
    ++pieces;
    chunk.path = to.path() + "/" + chunk.path;
    receive(chunk);
  });

  EXPECT_EQ(pieces, 5u);  // large in three
  EXPECT_EQ(read_file(to.path() + "/pcap/large"), large);
  EXPECT_EQ(read_file(to.path() + "/empty"), "");
  EXPECT_EQ(read_file(to.path() + "/small"), "Hello\n");
  EXPECT_FALSE(std::filesystem::exists(to.path() + "/link"));
}

TEST(Files, StartOverWithAFirstPiece) {
  const BuildDirectory to;
  to.write("f", "old and long");
  receive({to.path() + "/f", "new"});
  EXPECT_EQ(read_file(to.path() + "/f"), "new");
}

// A library that the receiver itself runs with must not change under it.
TEST(Receive, KeepsAFileThatIsInUse) {
  const BuildDirectory to;
  const std::string path = to.write("libc.so.6", "in use");
  const Fd in_use(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  receive({path, "ne"});
  receive({path, "wer", 0644, false});
  EXPECT_EQ(read_file(path), "newer");
  std::string old(16, '\0');
  old.resize(static_cast<std::size_t>(::read(in_use.get(), old.data(), old.size())));
  EXPECT_EQ(old, "in use");
}

TEST(Files, TransferTheMode) {
  const BuildDirectory from, to;
  const auto mode = std::filesystem::perms(0755);
  std::filesystem::permissions(from.write("program", "#!"), mode);
  send_file(from.path() + "/program", to.path() + "/p", receive);
  EXPECT_EQ(std::filesystem::status(to.path() + "/p").permissions(), mode);
}

// In a guest even root's programs are not the owner.
TEST(Receive, HidesAnOwnerOnlyFileFromPrograms) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it gives files away";
  const BuildDirectory to;
  const std::string path = to.path() + "/hw.yaml";
  receive({path, "na", 0600});
  receive({path, "me", 0600, false});
  EXPECT_EQ(read_file(path), "name");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_NE(status.st_uid, 0u);
  EXPECT_EQ(status.st_mode & 07777u, 0600u);
}

TEST(Receive, HidesTheNamesOfOwnerOnlyFiles) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it gives files away";
  const BuildDirectory to;
  receive({to.path() + "/hidden/hw.yaml", "text", 0600});
  receive({to.path() + "/public/hw.yaml", "text", 0644});
  struct stat hidden {}, open {};
  ASSERT_EQ(::stat((to.path() + "/hidden").c_str(), &hidden), 0);
  ASSERT_EQ(::stat((to.path() + "/public").c_str(), &open), 0);
  EXPECT_EQ(hidden.st_mode & 0777u, 0711u);
  EXPECT_EQ(open.st_mode & 0777u, 0755u);
}

}  // namespace
}  // namespace lab::vm
