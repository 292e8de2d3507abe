// SPDX-License-Identifier: MIT
#include "vm/inbox.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "util/error.hpp"
#include "util/text.hpp"
#include "unit/vm/build_directory.hpp"

namespace lab::vm {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

FileChunk piece(std::string bytes, bool first = true, std::uint32_t mode = 0644) {
  return {"", std::move(bytes), mode, first};
}

class InboxTest : public testing::Test {
 protected:
  InboxTest() { fs::create_directory(folder_); }
  Inbox inbox(std::uint64_t most = 1000) { return Inbox(folder_, {"a.pcapng", "b.pcapng"}, most); }

  BuildDirectory place_;
  const std::string folder_ = place_.path() + "/pcap";
};

TEST_F(InboxTest, PutsTheWantedFilesTogether) {
  Inbox inbox = this->inbox();
  inbox.take("a.pcapng", piece("Hello "));
  inbox.take("a.pcapng", piece("world", false));
  inbox.take("b.pcapng", piece(""));
  EXPECT_EQ(read_file(folder_ + "/a.pcapng"), "Hello world");
  EXPECT_EQ(read_file(folder_ + "/b.pcapng"), "");
}

TEST_F(InboxTest, MakesTheFolderThatIsMissing) {
  Inbox(place_.path() + "/new/pcap", {"a"}, 10).take("a", piece("x"));
  EXPECT_EQ(read_file(place_.path() + "/new/pcap/a"), "x");
}

TEST_F(InboxTest, RefusesEveryNameThatIsNotWanted) {
  const std::string outside = place_.path() + "/outside";
  for (const std::string& name :
       {std::string("c.pcapng"), std::string("../outside"), outside, std::string(""),
        std::string("."), std::string(".."), std::string("./a.pcapng"), std::string("x/a.pcapng"),
        std::string("a.pcapng\0", 9)}) {
    Inbox inbox = this->inbox();
    EXPECT_THAT([&] { inbox.take(name, piece("x")); },
                ThrowsMessage<Refused>(HasSubstr("not requested")))
        << name;
  }
  EXPECT_FALSE(fs::exists(outside));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(InboxTest, RefusesAWantedNameOutsideTheFolder) {
  for (const char* name : {"../a", "/a", "..", "", "x/y"})
    EXPECT_THROW(Inbox(folder_, {name}, 10), UsageError) << name;
}

TEST_F(InboxTest, RefusesAFileThatComesTwice) {
  Inbox inbox = this->inbox();
  inbox.take("a.pcapng", piece("x"));
  EXPECT_THROW(inbox.take("a.pcapng", piece("y")), Refused);
  EXPECT_EQ(read_file(folder_ + "/a.pcapng"), "x");
}

TEST_F(InboxTest, RefusesAPieceOfAFileThatHasNotBegun) {
  Inbox inbox = this->inbox();
  EXPECT_THROW(inbox.take("a.pcapng", piece("x", false)), Refused);
  inbox.take("a.pcapng", piece("x"));
  EXPECT_THROW(inbox.take("b.pcapng", piece("x", false)), Refused);
}

TEST_F(InboxTest, RefusesMoreBytesThanItsLimitAndNamesIt) {
  Inbox inbox = this->inbox(10);
  inbox.take("a.pcapng", piece("123456"));
  EXPECT_THAT([&] { inbox.take("b.pcapng", piece("12345")); },
              ThrowsMessage<Refused>(AllOf(HasSubstr("more than 10 bytes"), HasSubstr(folder_))));
}

TEST_F(InboxTest, GivesNoFileAnExecuteOrASetIdBit) {
  const mode_t before = ::umask(022);
  inbox().take("a.pcapng", piece("#!/bin/id", true, 04777));
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat((folder_ + "/a.pcapng").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 0644u);
}

TEST_F(InboxTest, DropsTheModeOfAnExistingFile) {
  const std::string old = place_.write("pcap/a.pcapng", "old and long");
  ::chmod(old.c_str(), 04755);
  inbox().take("a.pcapng", piece("new"));
  EXPECT_EQ(read_file(old), "new");
  struct stat status {};
  ASSERT_EQ(::stat(old.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07111u, 0u);
}

TEST_F(InboxTest, FollowsNoLink) {
  const std::string target = place_.write("target", "untouched");
  fs::create_symlink(target, folder_ + "/a.pcapng");
  Inbox inbox = this->inbox();
  EXPECT_THAT([&] { inbox.take("a.pcapng", piece("stolen")); },
              ThrowsMessage<SystemError>(HasSubstr("a.pcapng")));
  EXPECT_EQ(read_file(target), "untouched");
}

TEST_F(InboxTest, WritesThroughNoHardLink) {
  const std::string target = place_.write("target", "untouched");
  fs::create_hard_link(target, folder_ + "/a.pcapng");
  inbox().take("a.pcapng", piece("new"));
  EXPECT_EQ(read_file(target), "untouched");
}

TEST_F(InboxTest, StaysInTheOpenedFolder) {
  Inbox inbox = this->inbox();
  fs::rename(folder_, folder_ + ".moved");
  fs::create_symlink("/", folder_);
  inbox.take("a.pcapng", piece("x"));
  EXPECT_EQ(read_file(folder_ + ".moved/a.pcapng"), "x");
}

TEST_F(InboxTest, ContinuesAfterAFileThatCannotBeWritten) {
  fs::create_directory(folder_ + "/a.pcapng");
  Inbox inbox = this->inbox();
  EXPECT_THROW(inbox.take("a.pcapng", piece("x")), SystemError);
  inbox.take("a.pcapng", piece("y", false));
  inbox.take("b.pcapng", piece("z"));
  EXPECT_EQ(read_file(folder_ + "/b.pcapng"), "z");
}

}  // namespace
}  // namespace lab::vm
