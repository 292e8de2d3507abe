// SPDX-License-Identifier: MIT
#include "vm/modules.hpp"

#include <gmock/gmock.h>

namespace lab::vm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Lines of a real modules.dep, as depmod writes it for 6.1, shortened.
constexpr std::string_view dependencies =
    "kernel/drivers/virtio/virtio.ko:\n"
    "kernel/drivers/virtio/virtio_ring.ko: kernel/drivers/virtio/virtio.ko\n"
    "kernel/drivers/char/virtio_console.ko: kernel/drivers/virtio/virtio_ring.ko "
    "kernel/drivers/virtio/virtio.ko\n"
    "kernel/net/ipv4/inet_diag.ko:\n"
    "kernel/net/ipv4/tcp_diag.ko: kernel/net/ipv4/inet_diag.ko\n"
    "kernel/net/ipv4/udp_diag.ko: kernel/net/ipv4/inet_diag.ko\n"
    "kernel/net/sched/snd-like-name.ko:\n"
    "a line that is none\n";

constexpr std::string_view aliases =
    "# Aliases extracted from modules themselves.\n"
    "alias net-pf-16-proto-4-type-2-6 tcp_diag\n"
    "alias virtio:d00000003v* virtio_console\n"
    "alias inet-diag-all tcp_diag\n"
    "alias inet-diag-all udp_diag\n";

const ModuleIndex index{dependencies, aliases};

TEST(ModuleIndex, LoadsWhatIsNeededFirst) {
  EXPECT_THAT(index.load_order("virtio_console"),
              ElementsAre("kernel/drivers/virtio/virtio.ko", "kernel/drivers/virtio/virtio_ring.ko",
                          "kernel/drivers/char/virtio_console.ko"));
}

TEST(ModuleIndex, FindsAModuleByItsAlias) {
  EXPECT_THAT(index.load_order("net-pf-16-proto-4-type-2-6"),
              ElementsAre("kernel/net/ipv4/inet_diag.ko", "kernel/net/ipv4/tcp_diag.ko"));
}

TEST(ModuleIndex, MatchesWildcardsInAnAlias) {
  EXPECT_EQ(index.load_order("virtio:d00000003v00001AF4"), index.load_order("virtio_console"));
}

TEST(ModuleIndex, LoadsAllModulesOfAnAliasOnce) {
  EXPECT_THAT(index.load_order("inet-diag-all"),
              ElementsAre("kernel/net/ipv4/inet_diag.ko", "kernel/net/ipv4/tcp_diag.ko",
                          "kernel/net/ipv4/udp_diag.ko"));
}

TEST(ModuleIndex, TreatsDashAndUnderscoreAlike) {
  EXPECT_THAT(index.load_order("snd_like_name"), ElementsAre("kernel/net/sched/snd-like-name.ko"));
  EXPECT_THAT(index.load_order("tcp-diag"), testing::SizeIs(2));
}

TEST(ModuleIndex, GivesNothingForAMissingModule) {
  EXPECT_THAT(index.load_order("ext4"), IsEmpty());
}

TEST(ModuleName, IsTheFileNameWithUnderscores) {
  EXPECT_EQ(module_name("kernel/net/packet/af-packet-diag.ko"), "af_packet_diag");
  EXPECT_EQ(module_name("tcp_lookup.ko"), "tcp_lookup");
}

}  // namespace
}  // namespace lab::vm
