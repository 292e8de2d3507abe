// SPDX-License-Identifier: MIT
#include "vm/files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"
#include "unit/vm/build_directory.hpp"

namespace lab::vm {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(StaysBelow, RefusesEveryWayOut) {
  EXPECT_TRUE(stays_below("report.json"));
  EXPECT_TRUE(stays_below("pcap/client..eth0.pcapng"));
  for (const auto* path : {"/etc/passwd", "../x", "a/../../x", "a/..", "", ".."}) {
    EXPECT_FALSE(stays_below(path)) << path;
  }
  EXPECT_FALSE(stays_below(std::string_view("a\0b", 3)));
}

TEST(ReceiveBelow, RefusesAFileThatWouldLandElsewhere) {
  const BuildDirectory place;
  EXPECT_THAT([&] { receive_below(place.path(), {"../stolen", "x"}); },
              ThrowsMessage<EnvironmentError>(HasSubstr("'../stolen'")));
}

TEST(Files, ATreeTravelsInPiecesAndIsPutTogetherAgain) {
  const BuildDirectory from, to;
  std::string large(FileChunk::piece * 2 + 17, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3 & 0xff);
  from.write("pcap/large", large);
  from.write("empty", "");
  from.write("small", "Hello\n");
  std::filesystem::create_symlink("/etc/passwd", from.path() + "/link");

  std::size_t pieces = 0;
  send_tree(from.path(), [&](const FileChunk& chunk) {
    ++pieces;
    receive_below(to.path(), chunk);
  });

  EXPECT_EQ(pieces, 5u);  // large in three
  EXPECT_EQ(read_file(to.path() + "/pcap/large"), large);
  EXPECT_EQ(read_file(to.path() + "/empty"), "");
  EXPECT_EQ(read_file(to.path() + "/small"), "Hello\n");
  EXPECT_FALSE(std::filesystem::exists(to.path() + "/link"));
}

TEST(Files, AFirstPieceBeginsTheFileAnew) {
  const BuildDirectory to;
  to.write("f", "old and long");
  receive_below(to.path(), {"f", "new"});
  EXPECT_EQ(read_file(to.path() + "/f"), "new");
}

// A library that the receiver itself runs with must not change under it.
TEST(Receive, LeavesAFileThatIsInUseAsItIs) {
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

TEST(Files, TheModeTravelsAlong) {
  const BuildDirectory from, to;
  std::filesystem::permissions(from.write("program", "#!"), std::filesystem::perms::owner_all);
  send_file(from.path() + "/program", "p", [&](const FileChunk& c) { receive_below(to.path(), c); });
  EXPECT_EQ(std::filesystem::status(to.path() + "/p").permissions(),
            std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace lab::vm
