// SPDX-License-Identifier: MIT
#include "tables/filter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "tables/columns.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::tables {
namespace {

std::string in_case(std::string_view text, int (*convert)(int)) {
  std::string result(text);
  for (char& letter : result)
    letter = static_cast<char>(convert(static_cast<unsigned char>(letter)));
  return result;
}
std::string upper(std::string_view text) { return in_case(text, ::toupper); }
std::string lower(std::string_view text) { return in_case(text, ::tolower); }

constexpr TcpState all_states[] = {
    TcpState::established, TcpState::syn_sent,  TcpState::syn_received, TcpState::fin_wait_1,
    TcpState::fin_wait_2,  TcpState::time_wait, TcpState::closed,       TcpState::close_wait,
    TcpState::last_ack,    TcpState::listen,    TcpState::closing};

std::set<TcpState> all_but(std::initializer_list<TcpState> some) {
  std::set<TcpState> states(std::begin(all_states), std::end(all_states));
  for (const TcpState state : some) states.erase(state);
  return states;
}

// Words of ss(8)'s that tcp_state_from() does not know, in capitals.
std::optional<std::set<TcpState>> states_of_ss(std::string_view word) {
  if (word == "ALL") return all_but({});
  if (word == "CONNECTED") return all_but({TcpState::listen, TcpState::closed});
  if (word == "SYNCHRONIZED")
    return all_but({TcpState::listen, TcpState::closed, TcpState::syn_sent});
  if (word == "BUCKET") return std::set{TcpState::syn_received, TcpState::time_wait};
  if (word == "LISTENING") return std::set{TcpState::listen};
  if (word == "BOUND" || word == "UNCONNECTED") return std::set{TcpState::closed};
  return std::nullopt;
}

// In capitals; with and without the dash that RFC 9293 has before a number: FIN-WAIT1.
std::optional<TcpState> one_state(std::string word) {
  std::ranges::replace(word, '_', '-');
  for (const TcpState state : all_states) {
    std::string plain(to_string(state));
    std::erase(plain, '-');
    std::string given = word;
    std::erase(given, '-');
    if (plain == given) return state;
  }
  return tcp_state_from(word);
}

std::vector<std::string> state_words() {
  std::vector<std::string> all;
  for (const TcpState state : all_states) all.emplace_back(to_string(state));
  for (const char* word : {"ESTAB", "SYN-RECV", "LISTENING", "CONNECTED", "SYNCHRONIZED", "BUCKET"})
    all.emplace_back(word);
  return all;
}

bool same_host(const Address& one, const Address& other) { return one.mapped() == other.mapped(); }

[[noreturn]] void no_such_word(const std::string& word) {
  std::vector<std::string> known{"all"};
  for (const Table table : all_tables) known.emplace_back(to_string(table));
  const auto near = nearest(word, known);
  if (!near.empty() && word.find(':') == std::string::npos)
    throw UsageError(
        fmt::format("\"{}\" is not a table: did you mean {}?", word, fmt::join(near, " or ")));
  if (states_from(word))
    throw UsageError(fmt::format("\"{0}\" is a state: write --state {0}", word));
  throw UsageError(
      fmt::format("\"{}\" is neither a table ({}) nor an address and port: write 10.0.0.1:80, "
                  "[fd00::1]:80 (IPv6 in brackets), 10.0.0.1 or :80",
                  word, fmt::join(known, ", ")));
}

bool holds_text(Table table, const TableEntry& entry, const std::string& wanted) {
  const std::string low = lower(wanted);
  return std::ranges::any_of(cells_of(table, entry), [&](const std::string& cell) {
    return lower(cell).find(low) != std::string::npos;
  });
}

}  // namespace

bool End::fits(const Row& row) const {
  const auto fits_one = [this](const Endpoint& end) {
    return (!address || same_host(*address, end.address)) && (!port || *port == end.port);
  };
  return fits_one(row.local) || (has_peer(row) && fits_one(row.remote));
}

std::string End::str() const {
  if (address && port) return Endpoint{*address, *port}.str();
  return address ? address->str() : fmt::format(":{}", port.value_or(0));
}

std::optional<End> end_from(std::string_view word) {
  if (const auto both = Endpoint::parse(word)) return End{both->address, both->port};
  if (word.starts_with('*')) word.remove_prefix(1);
  if (word.starts_with(':') && !word.starts_with("::")) {
    const auto port = to_integer<std::uint16_t>(word.substr(1));
    return port ? std::optional(End{std::nullopt, port}) : std::nullopt;
  }
  if (word.ends_with(":*")) word.remove_suffix(2);
  const bool bracketed = word.size() > 2 && word.front() == '[' && word.back() == ']';
  if (bracketed) word = word.substr(1, word.size() - 2);
  const auto address = Address::parse(word);
  return address ? std::optional(End{address, std::nullopt}) : std::nullopt;
}

std::optional<std::set<TcpState>> states_from(std::string_view word) {
  const std::string capitals = upper(word);
  if (auto group = states_of_ss(capitals)) return group;
  if (const auto state = one_state(capitals)) return std::set{*state};
  return std::nullopt;
}

std::set<TcpState> require_states(std::string_view word) {
  if (auto states = states_from(word)) return *states;
  const auto near = nearest(upper(word), state_words());
  throw UsageError(fmt::format("--state {}: no such state; {} {}", word,
                               near.empty() ? "there are" : "did you mean",
                               near.empty() ? fmt::format("{}", fmt::join(state_words(), ", "))
                                            : fmt::format("{}?", fmt::join(near, " or "))));
}

bool Filter::matches(Table table, const TableEntry& entry) const {
  return (states.empty() || states.contains(entry.row.state)) &&
         std::ranges::all_of(ends, [&](const End& end) { return end.fits(entry.row); }) &&
         std::ranges::all_of(
             texts, [&](const std::string& each) { return holds_text(table, entry, each); });
}

std::string Filter::str() const {
  std::vector<std::string> parts;
  for (const TcpState state : states) parts.emplace_back(to_string(state));
  std::string joined = fmt::format("{}", fmt::join(parts, "|"));
  const auto add = [&joined](const std::string& part) {
    if (!joined.empty()) joined += ' ';
    joined += part;
  };
  for (const End& end : ends) add(end.str());
  for (const std::string& each : texts) add(each);
  return joined;
}

Filter filter_from(std::string_view line) {
  Filter filter;
  for (const std::string_view word : words(line)) {
    if (auto states = states_from(word))
      filter.states.merge(*states);
    else if (const auto end = end_from(word))
      filter.ends.push_back(*end);
    else
      filter.texts.emplace_back(word);
  }
  return filter;
}

Asked parse_asked(const std::vector<std::string>& words, const std::vector<std::string>& states) {
  Asked asked;
  std::set<Table> tables;
  for (const std::string& word : words) {
    if (word == "all")
      tables.insert(std::begin(all_tables), std::end(all_tables));
    else if (const auto table = table_from(word))
      tables.insert(*table);
    else if (const auto end = end_from(word))
      asked.filter.ends.push_back(*end);
    else
      no_such_word(word);
  }
  if (tables.empty()) tables.insert(std::begin(all_tables), std::end(all_tables));
  asked.tables.assign(tables.begin(), tables.end());
  for (const std::string& word : states) asked.filter.states.merge(require_states(word));
  return asked;
}

std::size_t keep_asked(TableView& view, const Asked& asked) {
  std::size_t before = 0;
  for (ObservedTable& seen : view.tables) {
    if (seen.table == Table::bound && asked.all())
      std::erase_if(seen.entries, [](const TableEntry& entry) {
        return entry.row.role.value_or(Role::nothing) != Role::nothing;
      });
    before += seen.entries.size();
    std::erase_if(seen.entries, [&](const TableEntry& entry) {
      return !asked.filter.matches(seen.table, entry);
    });
  }
  return before;
}

}  // namespace lab::tables
