// SPDX-License-Identifier: MIT
//
// Which interfaces lead to another namespace.
#include "net/linked.hpp"

#include <gmock/gmock.h>

#include "net/interfaces.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Linked, AVethLeadsToTheNamespaceOfItsOtherEnd) {
  SKIP_WITHOUT_ROOT();
  const TwoHosts hosts;
  const Namespace other = Namespace::create("other");
  // Reading a link gives the other end's namespace its number.
  for (const Namespace* each : {&hosts.client.space, &hosts.server.space}) {
    Netlink netlink(*each);
    list_interfaces(netlink);
  }
  EXPECT_THAT(links_to(hosts.client.space, hosts.server.space),
              ElementsAre(hosts.client.end.index));
  EXPECT_THAT(links_to(hosts.server.space, hosts.client.space),
              ElementsAre(hosts.server.end.index));
  EXPECT_THAT(links_to(hosts.client.space, other), IsEmpty());
  EXPECT_THAT(links_to(other, hosts.client.space), IsEmpty());
}

}  // namespace
}  // namespace lab
