// SPDX-License-Identifier: MIT
#include "play/pcap_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "util/error.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Timeline run(Family family = Family::inet) {
  Timeline timeline;
  timeline.scenario = "simopen";
  timeline.family = family;
  return timeline;
}

class PcapFolderTest : public testing::Test {
 protected:
  const TemporaryFolder temporary_;
  const fs::path place_ = temporary_.path();
};

TEST(PcapFileName, ContainsScenarioAndFamily) {
  EXPECT_EQ(pcap_file_name(run(), 0, 1), "simopen-ipv4.pcapng");
  EXPECT_EQ(pcap_file_name(run(Family::inet6), 0, 1), "simopen-ipv6.pcapng");
}

TEST(PcapFileName, ContainsTheVariantBetweenThem) {
  Timeline timeline = run();
  timeline.variant = "exact";
  EXPECT_EQ(pcap_file_name(timeline, 0, 1), "simopen-exact-ipv4.pcapng");
}

TEST(PcapFileName, IsNumberedSoThatNamesSortByRound) {
  EXPECT_EQ(pcap_file_name(run(), 0, 2), "simopen-ipv4-1.pcapng");
  EXPECT_EQ(pcap_file_name(run(), 8, 10), "simopen-ipv4-09.pcapng");
  EXPECT_EQ(pcap_file_name(run(), 999, 1000), "simopen-ipv4-1000.pcapng");
}

TEST_F(PcapFolderTest, IsCreatedIfMissing) {
  const fs::path folder = place_ / "a" / "b";
  const PcapFolder pcap(folder);
  EXPECT_TRUE(fs::is_directory(folder));
  EXPECT_TRUE(fs::is_empty(folder)) << "the trial file is gone";
}

TEST_F(PcapFolderTest, RefusesAPathWhereNoFileCanBeCreated) {
  std::ofstream(place_ / "file") << "in the way";
  for (const fs::path& path :
       {place_ / "file", place_ / "file/below", fs::path("/proc/self"), fs::path("/proc/nowhere")})
    EXPECT_THAT([&] { PcapFolder{path}; },
                ThrowsMessage<UsageError>(
                    AllOf(HasSubstr("--pcap " + path.string()), HasSubstr("name a"))));
}

TEST_F(PcapFolderTest, HasOneFilePerPlay) {
  const PcapFolder pcap(place_);
  EXPECT_EQ(pcap.add(run(), 0, 1), "");
  EXPECT_EQ(pcap.add(run(Family::inet6), 0, 1), "");
  for (const char* name : {"simopen-ipv4.pcapng", "simopen-ipv6.pcapng"})
    EXPECT_EQ(read_file(place_ / name).substr(0, 4), "\x0a\x0d\x0d\x0a") << name;
}

TEST_F(PcapFolderTest, HoldsAllFilesWhateverTheirNames) {
  const PcapFolder pcap(place_ / "below");
  Timeline timeline = run();
  timeline.scenario = "../escaped";
  EXPECT_THAT(pcap.add(timeline, 0, 1), HasSubstr("cannot be part of a path"));
  timeline.scenario = "simopen";
  timeline.variant = "/../../escaped";
  EXPECT_THAT(pcap.add(timeline, 0, 1), HasSubstr("cannot be part of a path"));
  EXPECT_THAT(std::distance(fs::directory_iterator(place_), {}), 1) << "the folder itself";
  EXPECT_TRUE(fs::is_empty(place_ / "below"));
}

TEST_F(PcapFolderTest, OverwritesAnOlderFile) {
  std::ofstream(place_ / "simopen-ipv4.pcapng") << std::string(100'000, 'x');
  const PcapFolder pcap(place_);
  pcap.add(run(), 0, 1);
  EXPECT_LT(fs::file_size(place_ / "simopen-ipv4.pcapng"), 1000u);
}

TEST_F(PcapFolderTest, ReportsAFullDiskAndContinues) {
  fs::create_symlink("/dev/full", place_ / "simopen-ipv4.pcapng");
  const PcapFolder pcap(place_);
  EXPECT_THAT(pcap.add(run(), 0, 1),
              AllOf(HasSubstr("simopen-ipv4.pcapng"), HasSubstr("No space left on device")));
  EXPECT_EQ(pcap.add(run(Family::inet6), 0, 1), "");
  EXPECT_THAT(read_file(place_ / "simopen-ipv6.pcapng"), Not(IsEmpty()));
}

}  // namespace
}  // namespace lab::play
