// SPDX-License-Identifier: MIT
//
// What people type, and what they are told when it is not clear.
#include "collect/target.hpp"

#include <gmock/gmock.h>

#include "collect/scope.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Address> names(const std::string& name) {
  if (name == "localhost") return {*Address::parse("::1"), *Address::parse("127.0.0.1")};
  if (name == "six") return {*Address::parse("fd00::2")};
  throw UsageError("'" + name + "' cannot be resolved");
}

Target parsed(const std::vector<std::string>& words) { return parse_target(words, names); }

std::string complaint(const std::vector<std::string>& words) {
  try {
    parsed(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  ADD_FAILURE() << "understood";
  return "";
}

TEST(Target, MayBeADestinationOnly) {
  const Target target = parsed({"127.0.0.1:8888"});
  EXPECT_EQ(target.destination.str(), "127.0.0.1:8888");
  EXPECT_EQ(target.source, std::nullopt);
  EXPECT_THAT(target.remarks, IsEmpty());
}

TEST(Target, TakesASourceWithAndWithoutPort) {
  EXPECT_EQ(parsed({"10.0.0.2:80", "from", "10.0.0.1:40000"}).source_port, 40000);
  EXPECT_EQ(parsed({"10.0.0.2:80", "from", "10.0.0.1"}).source_port, std::nullopt);
  EXPECT_EQ(parsed({"10.0.0.2:80", "from", "10.0.0.1:0"}).source_port, std::nullopt);
  for (const char* source : {"[::1]", "::1", "[::1]:0"})
    EXPECT_EQ(parsed({"[::1]:80", "from", source}).source, Address::parse("::1")) << source;
  EXPECT_EQ(parsed({"[::1]:80", "from", "[::1]:7"}).source_port, 7);
}

TEST(Target, ResolvesANameAndSaysHow) {
  const Target target = parsed({"localhost:80"});
  EXPECT_EQ(target.destination.str(), "[::1]:80");
  EXPECT_THAT(target.remarks, ElementsAre(testing::AllOf(HasSubstr("localhost is ::1"),
                                                         HasSubstr("also 127.0.0.1"))));
}

TEST(Target, TakesTheFamilyOfANameFromTheSource) {
  EXPECT_EQ(parsed({"localhost:80", "from", "10.0.0.1"}).destination.str(), "127.0.0.1:80");
  EXPECT_THAT(complaint({"six:80", "from", "10.0.0.1"}), HasSubstr("no IPv4 address"));
}

TEST(Target, TakesTheWildcardAsThisHost) {
  EXPECT_EQ(parsed({"0.0.0.0:80"}).destination.str(), "127.0.0.1:80");
  EXPECT_EQ(parsed({"[::]:80"}).destination.str(), "[::1]:80");
  EXPECT_THAT(parsed({"0.0.0.0:80"}).remarks, testing::SizeIs(1));
}

TEST(Target, TakesAMappedAddressAsIpv4) {
  EXPECT_EQ(parsed({"[::ffff:10.0.0.2]:80"}).destination.str(), "10.0.0.2:80");
}

TEST(Target, TakesTheDeviceFromALinkLocalAddress) {
  const Target target = parsed({"[fe80::1%eth0]:80"});
  EXPECT_EQ(target.destination.str(), "[fe80::1]:80");
  EXPECT_EQ(target.scope, "eth0");
}

TEST(Target, TakesTheScopeFromEitherEnd) {
  EXPECT_EQ(parsed({"[fe80::1%eth0]:80", "from", "[fe80::2]"}).scope, "eth0");
  EXPECT_EQ(parsed({"[fe80::1]:80", "from", "[fe80::2%eth1]"}).scope, "eth1");
}

// __ipv6_addr_needs_scope_id()
TEST(Target, TakesAScopeOfALinkLocalAddressAlone) {
  EXPECT_THAT(complaint({"[::1%eth0]:80"}), HasSubstr("link-local"));
  EXPECT_THAT(complaint({"[fd00::1%eth0]:80"}), HasSubstr("--device eth0"));
  EXPECT_THAT(complaint({"[fe80::1]:80", "from", "[fd00::2%eth1]"}), HasSubstr("--device eth1"));
  EXPECT_EQ(parsed({"[ff02::1%eth0]:80"}).scope, "eth0");
}

std::string scope(const std::vector<std::string>& words) {
  const std::vector<Interface> interfaces{{1, "lo", true, true, false, "", {}},
                                          {2, "eth0", true, false, false, "", {}}};
  return scope_of(parsed(words), interfaces);
}

TEST(Target, HasOneInterface) {
  EXPECT_EQ(scope({"[fe80::1%eth0]:80", "from", "[fe80::2%2]"}), "eth0");
  EXPECT_EQ(scope({"[fe80::1]:80", "from", "[fe80::2%2]"}), "eth0");
  EXPECT_EQ(scope({"10.0.0.1:80"}), "");
  EXPECT_THROW(scope({"[fe80::1%lo]:80", "from", "[fe80::2%eth0]"}), UsageError);
  EXPECT_THROW(scope({"[fe80::1%eth9]:80"}), UsageError);
}

// ip_route_output_key_hash(), tcp_v6_connect()
TEST(Target, TakesTheIpv4WildcardAsTheSource) {
  EXPECT_EQ(parsed({"0.0.0.0:80", "from", "10.0.0.2"}).destination.str(), "10.0.0.2:80");
  EXPECT_EQ(parsed({"[::]:80", "from", "[fd00::2]"}).destination.str(), "[::1]:80");
}

TEST(Target, SaysWhichPartOfAUrlToWrite) {
  EXPECT_THAT(complaint({"http://localhost/index.html"}), HasSubstr("write localhost:80"));
  EXPECT_THAT(complaint({"http://10.0.0.2:8080/"}), HasSubstr("write 10.0.0.2:8080"));
  EXPECT_THAT(complaint({"http://[fd00::1]:8080/x"}), HasSubstr("write [fd00::1]:8080"));
  EXPECT_THAT(complaint({"[http://10.0.0.2]:80"}), HasSubstr("write 10.0.0.2:80"));
}

TEST(Target, SaysWhatToWriteInstead) {
  EXPECT_THAT(complaint({}), HasSubstr("DST:PORT"));
  EXPECT_THAT(complaint({"127.0.0.1"}), HasSubstr("127.0.0.1:PORT"));
  EXPECT_THAT(complaint({"fd00::1"}), HasSubstr("[fd00::1]:PORT"));
  EXPECT_THAT(complaint({"::1:80"}),
              HasSubstr("write [::1:80]:PORT, or [::1]:80 if 80 is the port"));
  EXPECT_THAT(complaint({"8888"}), HasSubstr("127.0.0.1:8888"));
  EXPECT_THAT(complaint({":8888"}), HasSubstr("127.0.0.1:8888"));
  EXPECT_THAT(complaint({"127.0.0.1:0"}), HasSubstr("1 to 65535"));
  EXPECT_THAT(complaint({"127.0.0.1:99999"}), HasSubstr("1 to 65535"));
  EXPECT_THAT(complaint({"[::1:80"}), HasSubstr("']'"));
  EXPECT_THAT(complaint({"[::1]80"}), HasSubstr("':PORT'"));
  EXPECT_THAT(complaint({"10.0.0.2:80", "10.0.0.1"}), HasSubstr("from"));
  EXPECT_THAT(complaint({"10.0.0.2:80", "form", "10.0.0.1"}), HasSubstr("from"));
  EXPECT_THAT(complaint({"10.0.0.2:80", "from", "::1"}), HasSubstr("one family"));
  EXPECT_THAT(complaint({"10.0.0.2:80", "from", "0.0.0.0"}), HasSubstr("never comes from"));
  EXPECT_THAT(complaint({"nowhere:80"}), HasSubstr("cannot be resolved"));
  EXPECT_THAT(complaint({""}), HasSubstr("write ADDRESS:PORT"));
  EXPECT_THAT(complaint({"fe80::2%eth0"}), HasSubstr("write [fe80::2%eth0]:PORT"));
}

TEST(Target, SaysThatOneAddressAndOnePortAreMeant) {
  for (const char* each : {"10.0.0.2 :80", " 10.0.0.2:80", "10.0.0.2:80\n", "10.0.0.2:80 from ::1"})
    EXPECT_THAT(complaint({each}), HasSubstr("blank")) << each;
  EXPECT_THAT(complaint({"10.0.0.2:80", "from", "10.0.0.1 "}), HasSubstr("blank"));
  for (const char* each : {"10.0.0.2:80-90", "10.0.0.2:80,81", "10.0.0.2:80/tcp", "[::1]:80/tcp"})
    EXPECT_THAT(complaint({each}), HasSubstr("one port is meant, and one of TCP: write 80"))
        << each;
  for (const char* each : {"10.0.0.0/24:80", "10.0.0.0/24"})
    EXPECT_THAT(complaint({each}), HasSubstr("one address is meant: leave '/24' out")) << each;
  EXPECT_THAT(complaint({"[fd00::/64]:80"}), HasSubstr("leave '/64' out"));
}

}  // namespace
}  // namespace lab::collect
