// SPDX-License-Identifier: MIT
#include "view/trace_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

using Column = TableReader::Column;

// No row of ours is longer.
constexpr std::size_t most_of_a_line = 65536;

// Reads the event in the current row of a table.
class EventReader {
 public:
  // The table must outlive the reader.
  explicit EventReader(const TableReader& table)
      : table_(table),
        number_(table.column("number")),
        time_(table.column("time")),
        segment_(table.column("segment")),
        cause_(table.column("cause")),
        event_(table.column("event")),
        caller_(table.column("caller")),
        detail_(table.column("detail")),
        outcome_(table.column("outcome")),
        reason_(table.column("reason")),
        family_(table.column("family")),
        source_address_(table.column("source_address")),
        source_port_(table.column("source_port")),
        destination_address_(table.column("destination_address")),
        destination_port_(table.column("destination_port")),
        device_(table.column("device")),
        flags_(table.column("flags")),
        sequence_(table.column("sequence")),
        acknowledgment_(table.column("acknowledgment")),
        length_(table.column("length")),
        kind_(table.column("kind")),
        state_(table.column("state")),
        state_after_(table.column("state_after")),
        cookie_(table.column("cookie")) {}

  TraceEvent read() const {
    TraceEvent event;
    event.number = needed<std::uint64_t>(number_);
    event.time = needed<Timestamp>(time_);
    event.segment = table_.number<std::uint64_t>(segment_);
    event.cause = table_.number<std::uint64_t>(cause_);
    event.event = function();
    event.caller = word(caller_);
    event.detail = named(detail_, trace_detail_from, "a detail that this program knows");
    event.outcome = named(outcome_, trace_outcome_from, "an outcome that this program knows");
    event.reason = word(reason_);
    event.source = endpoint(source_address_, source_port_);
    event.destination = endpoint(destination_address_, destination_port_);
    event.device = word(device_);
    event.flags = named(flags_, TcpFlags::parse, "TCP flags as tcpdump writes them");
    event.sequence = table_.number<std::uint32_t>(sequence_);
    event.acknowledgment = table_.number<std::uint32_t>(acknowledgment_);
    event.length = table_.number<std::uint32_t>(length_);
    // A header whose flags are all clear; without one its numbers are not known, either.
    if (!event.flags && event.sequence) event.flags = TcpFlags{};
    event.kind = named(kind_, kind_from, "full, request or timewait");
    event.state = named(state_, tcp_state_from, "a state of RFC 9293");
    event.state_after = named(state_after_, tcp_state_from, "a state of RFC 9293");
    event.cookie = table_.number<std::uint64_t>(cookie_);
    return event;
  }

  bool is_lost() const { return table_.word(event_) == TCP_LOOKUP_EVENT_LOST; }
  // For a row that is_lost(): the number of lost events.
  std::uint64_t lost() const { return needed<std::uint64_t>(outcome_); }

 private:
  std::string word(Column column) const {
    return table_.is_blank(column) ? "" : std::string(table_.word(column));
  }

  KernelFunction function() const {
    const auto function = kernel_function_from(table_.word(event_));
    if (!function) table_.bad(event_, "an event that this program knows");
    return *function;
  }

  template <typename Integer>
  Integer needed(Column column) const {
    const auto value = table_.number<Integer>(column);
    if (!value) table_.bad(column, "a number");
    return *value;
  }

  template <typename From>
  auto named(Column column, From from, std::string_view expected) const
      -> decltype(from(std::string_view{})) {
    if (table_.is_blank(column)) return std::nullopt;
    const auto value = from(table_.word(column));
    if (!value) table_.bad(column, expected);
    return value;
  }

  std::optional<Endpoint> endpoint(Column address, Column port) const {
    if (table_.is_blank(address)) return std::nullopt;
    const auto parsed = Address::parse(table_.word(address));
    if (!parsed) table_.bad(address, "an address or '-'");
    if (family_from(table_.word(family_)) != parsed->family())
      table_.bad(family_, "the family of the addresses");
    return Endpoint{*parsed, table_.number<std::uint16_t>(port).value_or(0)};
  }

  const TableReader& table_;
  Column number_, time_, segment_, cause_, event_, caller_, detail_, outcome_, reason_, family_,
      source_address_, source_port_, destination_address_, destination_port_, device_, flags_,
      sequence_, acknowledgment_, length_, kind_, state_, state_after_, cookie_;
};

// Whether it holds a line that is no remark; the first of these is the header.
bool has_header(std::string_view text) {
  const auto all = lines(text);
  return std::any_of(all.begin(), all.end(), [](std::string_view line) {
    return !line.starts_with('#') && !words(line).empty();
  });
}

}  // namespace

TraceText::TraceText(std::string view, std::string host)
    : view_(std::move(view)), host_(std::move(host)) {}

void TraceText::feed(std::string_view piece, std::vector<TraceEvent>& into) {
  rest_ += piece;
  const std::size_t end = rest_.rfind('\n');
  if (end == std::string::npos) {
    if (rest_.size() <= most_of_a_line) return;
    throw EnvironmentError(
        fmt::format("{}: a line is longer than {} bytes; the module's have a few hundred", view_,
                    most_of_a_line));
  }
  if (table_) {
    whole_ = rest_.substr(0, end + 1);
    table_->go_on(whole_);
  } else {
    whole_ += rest_.substr(0, end + 1);
    if (has_header(whole_)) table_.emplace(view_, whole_, TCP_LOOKUP_COLUMNS_TRACE);
  }
  rest_.erase(0, end + 1);
  if (table_) read_rows(into);
}

void TraceText::read_rows(std::vector<TraceEvent>& into) {
  const EventReader row(*table_);
  while (table_->next()) {
    if (row.is_lost()) {
      lost_ += row.lost();
    } else {
      into.push_back(row.read());
      into.back().host = host_;
    }
  }
}

}  // namespace lab
