// SPDX-License-Identifier: MIT
#include "view/rows.hpp"

#include "tcp_lookup/contract.h"

namespace lab {
namespace {

std::vector<Row> rows_from(std::string_view view, std::string_view text, std::string_view columns) {
  TableReader table(view, text, columns);
  const RowReader reader(table);
  std::vector<Row> rows;
  while (table.next()) rows.push_back(reader.read());
  return rows;
}

}  // namespace

RowReader::RowReader(const TableReader& table)
    : table_(table),
      local_address_(table.column("local_address")),
      local_port_(table.column("local_port")),
      device_(table.column("device")),
      uid_(table.column("uid")),
      inode_(table.column("inode")),
      cookie_(table.column("cookie")),
      remote_address_(table.find("remote_address")),
      remote_port_(table.find("remote_port")),
      family_(table.find("family")),
      kind_(table.find("kind")),
      state_(table.find("state")),
      role_(table.find("role")),
      v6only_(table.find("v6only")),
      reuseaddr_(table.find("reuseaddr")),
      reuseport_(table.find("reuseport")),
      accept_queue_(table.find("accept_queue")),
      accept_queue_max_(table.find("accept_queue_max")),
      bucket_(table.find("bucket")),
      position_(table.find("position")) {}

Row RowReader::read() const {
  Row row;
  row.local = endpoint(local_address_, local_port_, Family::inet);
  const Family family = row.local.address.family();
  if (family_ && family_from(table_.word(*family_)) != family)
    table_.bad(*family_, "the family of local_address");
  row.remote.address = Address::any(family);
  if (remote_address_ && remote_port_)
    row.remote = endpoint(*remote_address_, *remote_port_, family);

  const auto named = [this](const std::optional<Column>& column, auto from, const char* expected,
                            auto& into) {
    if (!column || table_.is_blank(*column)) return;
    const auto value = from(table_.word(*column));
    if (!value) table_.bad(*column, expected);
    into = *value;
  };
  named(kind_, kind_from, "full, request or timewait", row.kind);
  named(state_, tcp_state_from, "a state of RFC 9293", row.state);
  named(role_, role_from, "nothing, listening or connected", row.role);

  if (!table_.is_blank(device_)) row.device = table_.word(device_);
  row.uid = table_.number<std::uint32_t>(uid_);
  row.inode = table_.number<std::uint64_t>(inode_);
  row.cookie = table_.number<std::uint64_t>(cookie_);
  if (v6only_) row.v6only = table_.flag(*v6only_);
  if (reuseaddr_) row.reuseaddr = table_.flag(*reuseaddr_);
  if (reuseport_) row.reuseport = table_.flag(*reuseport_);

  const auto count = [this](const std::optional<Column>& column, auto& into) {
    if (column) into = table_.number<std::uint32_t>(*column);
  };
  count(accept_queue_, row.accept_queue);
  count(accept_queue_max_, row.accept_queue_max);
  count(bucket_, row.bucket);
  count(position_, row.position);
  return row;
}

Endpoint RowReader::endpoint(Column address, Column port, Family none) const {
  Endpoint endpoint{Address::any(none), 0};
  if (!table_.is_blank(address)) {
    const auto parsed = Address::parse(table_.word(address));
    if (!parsed) table_.bad(address, "an address or '-'");
    endpoint.address = *parsed;
  }
  endpoint.port = table_.number<std::uint16_t>(port).value_or(0);
  return endpoint;
}

std::vector<Row> listeners_from(std::string_view view, std::string_view text) {
  std::vector<Row> rows = rows_from(view, text, TCP_LOOKUP_COLUMNS_LISTENERS);
  for (Row& row : rows) row.state = TcpState::listen;  // the table holds no others
  return rows;
}

std::vector<Row> bound_from(std::string_view view, std::string_view text) {
  return rows_from(view, text, TCP_LOOKUP_COLUMNS_BOUND);
}

std::vector<Row> ehash_from(std::string_view view, std::string_view text) {
  return rows_from(view, text, TCP_LOOKUP_COLUMNS_EHASH);
}

std::map<std::string, std::string> info_from(std::string_view view, std::string_view text) {
  TableReader table(view, text, TCP_LOOKUP_COLUMNS_INFO);
  const auto name = table.column("name");
  const auto value = table.column("value");
  std::map<std::string, std::string> facts;
  while (table.next()) facts.emplace(table.word(name), table.word(value));
  return facts;
}

}  // namespace lab
