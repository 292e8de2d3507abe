// SPDX-License-Identifier: MIT
#include "report/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace lab::report {
namespace {

struct Box {
  std::string name;
  std::string text;     // its interfaces, in the order in which they are met
  bool joined = false;  // a link comes from the box on the left
};

std::string host_of(const std::string& end) { return end.substr(0, end.find(':')); }
std::string device_of(const std::string& end) { return end.substr(end.find(':') + 1); }

std::string interface(const Timeline& timeline, const std::string& end) {
  std::string text = device_of(end);
  for (const auto& host : timeline.hosts)
    if (host.name == host_of(end)) {
      for (const auto& [device, address] : host.addresses)
        if (device == device_of(end)) text += fmt::format(" {}", address.str());
      for (const NamedAddress& extra : host.extra_addresses)
        if (extra.device == device_of(end)) text += fmt::format(" {}", extra.address.str());
    }
  return text;
}

std::string interfaces(const Timeline& timeline, const HostRecord& host) {
  std::string text;
  std::set<std::string> seen;
  for (const auto& entry : host.addresses) {
    if (!seen.insert(entry.first).second) continue;
    if (!text.empty()) text += "   ";
    text += interface(timeline, host.name + ":" + entry.first);
  }
  return text.empty() ? "lo only" : text;
}

// The ends of every link at each host, as {own end, far end}.
using Ends = std::map<std::string, std::vector<std::pair<std::string, std::string>>>;

Ends ends_of(const Timeline& timeline) {
  Ends ends;
  for (const auto& [one, other] : timeline.links) {
    ends[host_of(one)].emplace_back(one, other);
    ends[host_of(other)].emplace_back(other, one);
  }
  return ends;
}

// Walks a chain from one of its outer hosts to the other.
std::vector<Box> chain_from(const Timeline& timeline, const Ends& ends, std::string host,
                            std::set<std::string>& done) {
  std::vector<Box> boxes;
  std::string came_by;
  for (;;) {
    done.insert(host);
    Box box{host, came_by.empty() ? "" : interface(timeline, came_by), !came_by.empty()};
    std::string next;
    for (const auto& [own, far] : ends.at(host)) {
      if (own == came_by || done.contains(host_of(far))) continue;
      box.text += (box.text.empty() ? "" : "   ") + interface(timeline, own);
      next = far;
    }
    boxes.push_back(std::move(box));
    if (next.empty()) return boxes;
    came_by = next;
    host = host_of(next);
  }
}

bool is_chain(const Ends& ends, const std::string& start) {
  std::set<std::string> reached{start};
  std::vector<std::string> waiting{start};
  std::size_t link_ends = 0;
  while (!waiting.empty()) {
    const std::string host = waiting.back();
    waiting.pop_back();
    const auto& own = ends.at(host);
    if (own.size() > 2) return false;
    link_ends += own.size();
    for (const auto& [near, far] : own)
      if (reached.insert(host_of(far)).second) waiting.push_back(host_of(far));
  }
  return link_ends == 2 * (reached.size() - 1);  // no ring, no doubled link
}

std::size_t inner(const Box& box) { return std::max(columns(box.name), columns(box.text)) + 2; }

constexpr std::size_t indent = 2, long_link = 14, short_link = 5, apart = 3;

std::size_t width_of(const std::vector<Box>& row, std::size_t link) {
  std::size_t sum = indent;
  for (const Box& box : row) sum += inner(box) + 2 + link;
  return sum - link;
}

void draw_row(Page& page, const std::vector<Box>& row, std::size_t link) {
  const Glyphs& g = page.glyphs();
  Line top, name, text, bottom;
  std::size_t column = indent;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Box& box = row[i];
    const bool joined_right = i + 1 < row.size() && row[i + 1].joined;
    if (i > 0) {
      if (box.joined) text.fill(g.horizontal, column + link, Ink::accent);
      column += box.joined ? link : apart;
    }
    const std::size_t end = column + inner(box) + 1;
    top.to(column).add(g.top_left).fill(g.horizontal, end).add(g.top_right);
    name.to(column).add(g.vertical).add(" ").add(box.name, Ink::strong).to(end).add(g.vertical);
    if (box.joined)
      text.add(g.tee_left);
    else
      text.to(column).add(g.vertical);
    text.add(" ").add(box.text, Ink::faint).to(end).add(joined_right ? g.tee_right : g.vertical);
    bottom.to(column).add(g.bottom_left).fill(g.horizontal, end).add(g.bottom_right);
    column = end + 1;
  }
  for (const Line* line : {&top, &name, &text, &bottom}) line->print(page);
}

void list(Page& page, const Timeline& timeline, const std::vector<std::string>& hosts) {
  for (const auto& host : timeline.hosts) {
    if (std::find(hosts.begin(), hosts.end(), host.name) == hosts.end()) continue;
    Line()
        .to(indent)
        .add(host.name, Ink::strong)
        .to(16)
        .add(interfaces(timeline, host), Ink::faint)
        .print(page);
  }
  const std::string rule = fmt::format(" {0}{0}{0}{0} ", page.glyphs().horizontal);
  for (const auto& [one, other] : timeline.links)
    if (std::find(hosts.begin(), hosts.end(), host_of(one)) != hosts.end())
      Line().to(indent).add(one).add(rule, Ink::accent).add(other).print(page);
}

}  // namespace

void draw_topology(Page& page, const Timeline& timeline) {
  const Ends ends = ends_of(timeline);
  std::set<std::string> done;
  std::vector<std::string> others;  // drawn as a list at the end
  std::vector<Box> alone;
  const auto flush = [&] {
    if (!alone.empty()) draw_row(page, alone, apart);
    alone.clear();
  };
  for (const auto& host : timeline.hosts) {
    if (done.contains(host.name)) continue;
    const auto own = ends.find(host.name);
    if (own == ends.end()) {
      Box box{host.name, interfaces(timeline, host), false};
      alone.push_back(std::move(box));
      if (width_of(alone, apart) > page.width() && alone.size() > 1) {
        Box last = std::move(alone.back());
        alone.pop_back();
        flush();
        alone.push_back(std::move(last));
      }
      continue;
    }
    if (own->second.size() > 1 && is_chain(ends, host.name)) continue;  // from its end instead
    if (!is_chain(ends, host.name)) {
      others.push_back(host.name);
      continue;
    }
    auto row = chain_from(timeline, ends, host.name, done);
    const std::size_t link = width_of(row, long_link) <= page.width() ? long_link : short_link;
    if (width_of(row, link) <= page.width()) {
      draw_row(page, row, link);
    } else {
      for (const Box& box : row) others.push_back(box.name);
    }
  }
  flush();
  list(page, timeline, others);
}

}  // namespace lab::report
