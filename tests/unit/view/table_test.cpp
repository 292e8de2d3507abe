// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "util/error.hpp"
#include "view/rows.hpp"
#include "view/table.hpp"

namespace lab {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

Endpoint endpoint(const char* text) { return *Endpoint::parse(text); }

TEST(TableReader, FindsColumnsByName) {
  TableReader table("info", "value more name\n1 x schema\n", "name value");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.word(table.column("name")), "schema");
  EXPECT_EQ(table.number<int>(table.column("value")), 1);
  EXPECT_FALSE(table.next());
}

TEST(TableReader, SkipsRemarksAndEmptyLinesButCountsThem) {
  TableReader table("info", "# a remark\n\nname value\n# another\nschema x\n", "name value");
  ASSERT_TRUE(table.next());
  EXPECT_THAT([&] { table.number<int>(table.column("value")); },
              ThrowsMessage<EnvironmentError>(HasSubstr("info, line 5: ")));
}

TEST(TableReader, ReadsADashAsNoValue) {
  TableReader table("t", "a b\n- -\n", "a b");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.number<int>(0), std::nullopt);
  EXPECT_EQ(table.flag(1), std::nullopt);
}

TEST(TableReader, SaysThatTheTwoSchemasDiffer) {
  EXPECT_THAT(
      [] { TableReader("/proc/net/tcp_lookup/info", "name\n", "name value"); },
      ThrowsMessage<EnvironmentError>(
          AllOf(HasSubstr("/proc/net/tcp_lookup/info, line 1: the header has no column \"value\""),
                HasSubstr("were built from different trees"))));
}

TEST(TableReader, RefusesRowsThatAreTooShortOrTooLong) {
  for (const char* text : {"a b\n1\n", "a b\n1 2 3\n"}) {
    TableReader table("t", text, "a b");
    EXPECT_THAT([&] { table.next(); },
                ThrowsMessage<EnvironmentError>(HasSubstr("line 2: the header names 2 columns")));
  }
}

// Half a number reads like a number: 80 may be the beginning of 8080.
TEST(TableReader, RefusesALineThatWasCutOff) {
  TableReader table("t", "a b\n1 80", "a b");
  EXPECT_THAT([&] { table.next(); },
              ThrowsMessage<EnvironmentError>(HasSubstr("ends in the middle of the line")));
}

// A view without end gives its header once.
TEST(TableReader, ContinuesWithMoreRowsOfTheSameTable) {
  std::string text = "b a\n1 2\n";
  TableReader table("t", text, "a b");
  ASSERT_TRUE(table.next());
  EXPECT_FALSE(table.next());
  text = "xxxxxxxxxxxxxxxxxxxx";  // the first piece need not outlive its use
  const std::string more = "3 4\n5\n";
  table.go_on(more);
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.number<int>(table.column("a")), 4);
  EXPECT_THAT([&] { table.next(); }, ThrowsMessage<EnvironmentError>(HasSubstr("t, line 4: ")));
}

TEST(TableReader, RefusesAnEmptyText) {
  EXPECT_THAT([] { TableReader("t", "", "a"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("before the header")));
  EXPECT_THAT([] { TableReader("t", "# only a remark\n", "a"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("before the header")));
}

TEST(TableReader, QuotesOnlyThePartOfALongWord) {
  const std::string text = "a\n" + std::string(100000, 'x') + "\n";
  TableReader table("t", text, "a");
  ASSERT_TRUE(table.next());
  try {
    table.number<int>(0);
    FAIL() << "a word of letters is no number";
  } catch (const EnvironmentError& error) {
    EXPECT_LT(std::string(error.what()).size(), 500U);
  }
}

TEST(TableReader, RefusesMoreColumnsThanAnyViewHas) {
  std::string header;
  for (int i = 0; i < 1000; ++i) header += "c ";
  header += "\n";
  EXPECT_THAT([&] { TableReader("t", header, "c"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("more than 64 columns")));
}

constexpr const char* ehash_header =
    "bucket position family kind state local_address local_port remote_address remote_port "
    "device uid inode cookie\n";

TEST(Ehash, ReadsARow) {
  const auto rows = ehash_from(
      "ehash", std::string(ehash_header) +
                   "41 0 inet full ESTABLISHED 10.0.0.1 40000 10.0.0.2 80 - 1000 777 12\n");
  ASSERT_THAT(rows, SizeIs(1));
  const Row& row = rows[0];
  EXPECT_EQ(row.kind, Kind::full);
  EXPECT_EQ(row.state, TcpState::established);
  EXPECT_EQ(row.local, endpoint("10.0.0.1:40000"));
  EXPECT_EQ(row.remote, endpoint("10.0.0.2:80"));
  EXPECT_EQ(row.device, "");
  EXPECT_EQ(row.uid, 1000U);
  EXPECT_EQ(row.inode, 777U);
  EXPECT_EQ(row.cookie, 12U);
  EXPECT_EQ(row.bucket, 41U);
  EXPECT_EQ(row.position, 0U);
  EXPECT_EQ(row.v6only, std::nullopt) << "ehash has no such column";
}

TEST(Ehash, KeepsTheFamilyOfMappedAddresses) {
  const auto rows = ehash_from(
      "ehash", std::string(ehash_header) +
                   "0 0 inet6 full ESTABLISHED ::ffff:10.0.0.1 80 ::ffff:10.0.0.2 4000 - 0 7 -\n");
  EXPECT_EQ(rows.at(0).local.address.family(), Family::inet6);
  EXPECT_EQ(rows.at(0).local, endpoint("[::ffff:10.0.0.1]:80"));
  EXPECT_EQ(rows.at(0).cookie, std::nullopt);
}

TEST(Ehash, ReadsRequestAndTimeWaitSockets) {
  const auto rows =
      ehash_from("ehash", std::string(ehash_header) +
                              "1 0 inet request SYN-RECEIVED 10.0.0.1 80 10.0.0.2 4000 - - - 5\n"
                              "2 0 inet timewait TIME-WAIT 10.0.0.1 80 10.0.0.2 4001 - - - 6\n");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].kind, Kind::request);
  EXPECT_EQ(rows[0].state, TcpState::syn_received);
  EXPECT_EQ(rows[1].kind, Kind::timewait);
  EXPECT_EQ(rows[1].state, TcpState::time_wait);
  EXPECT_EQ(rows[1].uid, std::nullopt);
}

TEST(Ehash, ReadsAnEmptyTable) { EXPECT_THAT(ehash_from("ehash", ehash_header), IsEmpty()); }

struct Broken {
  const char* row;
  const char* says;
};

TEST(Ehash, NamesAnInvalidWord) {
  for (const Broken& broken : {
           Broken{"x 0 inet full LISTEN 1.2.3.4 1 - - - 0 1 -", "\"bucket\" holds \"x\""},
           Broken{"0 0 inet9 full LISTEN 1.2.3.4 1 - - - 0 1 -", "\"family\" holds \"inet9\""},
           Broken{"0 0 inet6 full LISTEN 1.2.3.4 1 - - - 0 1 -", "\"family\" holds \"inet6\""},
           Broken{"0 0 inet half LISTEN 1.2.3.4 1 - - - 0 1 -", "\"kind\" holds \"half\""},
           Broken{"0 0 inet full ASLEEP 1.2.3.4 1 - - - 0 1 -", "\"state\" holds \"ASLEEP\""},
           Broken{"0 0 inet full LISTEN 1.2.3 1 - - - 0 1 -", "\"local_address\" holds \"1.2.3\""},
           Broken{"0 0 inet full LISTEN 1.2.3.4 65536 - - - 0 1 -", "\"local_port\" holds"},
           Broken{"0 0 inet full LISTEN 1.2.3.4 1 - - - -1 1 -", "\"uid\" holds \"-1\""},
       }) {
    const std::string text = ehash_header + std::string(broken.row) + "\n";
    EXPECT_THAT([&] { ehash_from("ehash", text); },
                ThrowsMessage<EnvironmentError>(
                    AllOf(HasSubstr("ehash, line 2: "), HasSubstr(broken.says))))
        << broken.row;
  }
}

TEST(Listeners, AreInListenAndHaveQueues) {
  const auto rows = listeners_from(
      "listeners",
      "bucket position family local_address local_port device v6only reuseport accept_queue "
      "accept_queue_max uid inode cookie\n"
      "3 1 inet6 :: 8888 eth0 0 1 2 128 0 55 9\n");
  ASSERT_THAT(rows, SizeIs(1));
  const Row& row = rows[0];
  EXPECT_EQ(row.state, TcpState::listen);
  EXPECT_EQ(row.local, endpoint("[::]:8888"));
  EXPECT_EQ(row.remote, endpoint("[::]:0")) << "a listener has no other end";
  EXPECT_EQ(row.device, "eth0");
  EXPECT_EQ(row.v6only, false);
  EXPECT_EQ(row.reuseport, true);
  EXPECT_EQ(row.accept_queue, 2U);
  EXPECT_EQ(row.accept_queue_max, 128U);
}

// A server that forgot listen(): only this table has it.
TEST(Bound, ReportsTheRoleOfASocket) {
  const auto rows = bound_from(
      "bound",
      "bucket family local_address local_port device v6only reuseaddr reuseport role kind state "
      "remote_address remote_port uid inode cookie\n"
      "8 inet 0.0.0.0 8888 - - 1 0 nothing full CLOSED - - 0 55 -\n");
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].role, Role::nothing);
  EXPECT_EQ(rows[0].state, TcpState::closed);
  EXPECT_EQ(rows[0].v6only, std::nullopt);
  EXPECT_EQ(rows[0].reuseaddr, true);
  EXPECT_EQ(rows[0].remote, endpoint("0.0.0.0:0"));
}

TEST(Info, HasNamesAndValues) {
  const auto facts = info_from("info", "name value\nschema 1\nkernel 6.1.0\n");
  EXPECT_EQ(facts.at("schema"), "1");
  EXPECT_EQ(facts.at("kernel"), "6.1.0");
}

}  // namespace
}  // namespace lab
