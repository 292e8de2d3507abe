// SPDX-License-Identifier: MIT
#include "diagram/topology_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "diagram/topology_layout.hpp"
#include "draw/canvas.hpp"

namespace lab::diagram {
namespace {

using draw::Canvas;
using draw::columns;
using draw::Glyphs;
using draw::Ink;
using draw::Line;
using draw::Page;

constexpr std::size_t indent = 2, long_link = 14, short_link = 5, apart = 3;
constexpr std::size_t first_row = 2;  // of a box, below its edge and its name

// A row of a box below its name, with the ends of links on the left and on the right.
struct BoxRow {
  std::string left, right;
  bool joined_left = false, joined_right = false;
  std::size_t width() const {
    return columns(left) + columns(right) + (left.empty() || right.empty() ? 0 : 3);
  }
};

struct Box {
  std::string name, roles;
  std::map<std::size_t, BoxRow> rows;  // by their number in the box; first_row is the first
  std::size_t height() const { return rows.rbegin()->first + 2; }
  std::size_t inner() const {  // between its edges
    std::size_t width = columns(name) + (roles.empty() ? 0 : 2 + columns(roles));
    for (const auto& [number, row] : rows) width = std::max(width, row.width());
    return width + 2;
  }
  // Uses the first free row.
  void add(const std::string& text) {
    std::size_t number = first_row;
    while (rows.contains(number)) ++number;
    rows[number].left = text;
  }
};

void draw_box(Canvas& canvas, const Glyphs& g, std::size_t top, std::size_t left, const Box& box,
              std::size_t inner) {
  const std::size_t right = left + inner + 1, bottom = top + box.height() - 1;
  canvas.put(top, left, g.top_left);
  canvas.fill(top, left + 1, right, g.horizontal);
  canvas.put(top, right, g.top_right);
  for (std::size_t row = top + 1; row < bottom; ++row) {
    canvas.put(row, left, g.vertical);
    canvas.put(row, right, g.vertical);
  }
  canvas.put(bottom, left, g.bottom_left);
  canvas.fill(bottom, left + 1, right, g.horizontal);
  canvas.put(bottom, right, g.bottom_right);

  canvas.put(top + 1, left + 2, box.name, Ink::strong);
  canvas.put(top + 1, left + 4 + columns(box.name), box.roles, Ink::faint);
  for (const auto& [number, row] : box.rows) {
    const std::size_t at = top + number;
    canvas.put(at, left + 2, row.left, Ink::faint);
    // Without anything on the left of the box, align it to the left.
    const std::size_t column = row.joined_right && !row.joined_left && row.left.empty()
                                   ? right - 1 - columns(row.right)
                                   : left + 2 + columns(row.left) + (row.left.empty() ? 0 : 3);
    canvas.put(at, column, row.right, Ink::faint);
    if (row.joined_left) canvas.put(at, left, g.tee_left);
    if (row.joined_right) canvas.put(at, right, g.tee_right);
  }
}

const Topology::Interface* interface_of(const Topology::Host& host, const std::string& device) {
  const auto found = std::ranges::find(host.interfaces, device, &Topology::Interface::device);
  return found == host.interfaces.end() ? nullptr : &*found;
}

std::string words_at(const Topology& topology, const Topology::End& end) {
  const auto* interface = interface_of(topology.hosts[end.host], end.device);
  return interface ? words_of(*interface) : end.device;
}

// The rest about a host, besides the ends of links in its box.
void add_rest(Box& box, const Topology& topology, std::size_t number,
              const std::vector<Neighbour>& links) {
  const Topology::Host& host = topology.hosts[number];
  for (const Topology::Interface& interface : host.interfaces)
    if (std::ranges::none_of(links, [&](const Neighbour& each) {
          return topology.links[each.link].ends[each.end].device == interface.device;
        }))
      box.add(words_of(interface));
  if (!host.firewall.empty()) box.add(host.firewall);
  if (box.rows.empty()) box.add("lo only");
}

Box box_of(const Topology& topology, std::size_t host) {
  return {topology.hosts[host].name, roles_of(topology.hosts[host]), {}};
}

// --- hosts without links ---

void draw_alone(Page& page, const Topology& topology, const std::vector<std::size_t>& hosts) {
  Canvas canvas;
  std::size_t top = 0, left = indent, tallest = 0;
  for (const std::size_t host : hosts) {
    Box box = box_of(topology, host);
    add_rest(box, topology, host, {});
    if (left > indent && left + box.inner() + 2 > page.width()) {
      top += tallest;
      left = indent;
      tallest = 0;
    }
    draw_box(canvas, page.glyphs(), top, left, box, box.inner());
    left += box.inner() + 2 + apart;
    tallest = std::max(tallest, box.height());
  }
  canvas.print(page);
}

// --- trees ---

class TreeDrawing {
 public:
  // `stepped`: ends on the right and on the left are never in the same row, which makes boxes
  // taller and narrower.
  TreeDrawing(const Topology& topology, Tree tree, bool stepped)
      : topology_(topology),
        tree_(std::move(tree)),
        stepped_(stepped),
        neighbours_(neighbours_of(topology)),
        boxes_(tree_.branches.size()),
        tops_(tree_.branches.size()),
        inner_(tree_.depth() + 1),
        labels_(tree_.depth()) {
    place(0, 0);
    for (std::size_t at = 0; at < boxes_.size(); ++at) {
      std::size_t& inner = inner_[tree_.branches[at].depth];
      inner = std::max(inner, boxes_[at].inner());
      for (const Neighbour& up : tree_.branches[at].up) {
        std::size_t& label = labels_[tree_.branches[at].depth - 1];
        label = std::max(label, columns(topology_.links[up.link].properties));
      }
    }
  }

  // Chooses the length of lines, and whether they show the links' properties.
  bool fits(std::size_t width) {
    for (const auto& [link, labelled] :
         {std::pair{long_link, true}, {short_link, true}, {short_link, false}}) {
      link_ = link;
      labelled_ = labelled;
      if (left_of(inner_.size()) - gap(inner_.size() - 1) <= width) return true;
    }
    return false;
  }
  bool labelled() const { return labelled_; }

  void print(Page& page) const {
    const Glyphs& g = page.glyphs();
    Canvas canvas;
    for (std::size_t at = 0; at < boxes_.size(); ++at) {
      const Branch& branch = tree_.branches[at];
      const std::size_t left = left_of(branch.depth);
      draw_box(canvas, g, tops_[at], left, boxes_[at], inner_[branch.depth]);
      for (std::size_t i = 0; i < branch.up.size(); ++i) {
        const std::size_t row = tops_[at] + first_row + i, length = gap(branch.depth - 1);
        canvas.fill(row, left - length, left, g.horizontal, Ink::accent);
        const std::string& label = topology_.links[branch.up[i].link].properties;
        if (!labelled_ || label.empty()) continue;
        const std::size_t begin = left - length + (length - columns(label) - 2) / 2;
        canvas.put(row, begin, fmt::format(" {} ", label), Ink::faint);
      }
    }
    canvas.print(page);
  }

 private:
  // The row below the branch and its children.
  std::size_t place(std::size_t at, std::size_t top) {
    const Branch& branch = tree_.branches[at];
    Box& box = boxes_[at];
    box = box_of(topology_, branch.host);
    tops_[at] = top;
    for (std::size_t i = 0; i < branch.up.size(); ++i) {
      BoxRow& row = box.rows[first_row + i];
      row.left = words_at(topology_, topology_.links[branch.up[i].link].ends[branch.up[i].end]);
      row.joined_left = true;
    }
    std::size_t next = top + (stepped_ ? branch.up.size() : 0);
    for (const std::size_t below : branch.below) {
      const auto& links = tree_.branches[below].up;
      for (std::size_t i = 0; i < links.size(); ++i) {
        BoxRow& row = box.rows[next - top + first_row + i];
        row.right = words_at(topology_, topology_.links[links[i].link].ends[1 - links[i].end]);
        row.joined_right = true;
        if (at == 0) std::swap(row.left, row.right);  // the root has no links on the left
      }
      next = place(below, next);
    }
    add_rest(box, topology_, branch.host, neighbours_[branch.host]);
    return std::max(next, top + box.height());
  }

  // The space between two columns.
  std::size_t gap(std::size_t depth) const {
    const std::size_t label = labelled_ && depth < labels_.size() ? labels_[depth] : 0;
    return std::max(link_, label == 0 ? 0 : label + 4);
  }
  std::size_t left_of(std::size_t depth) const {
    std::size_t left = indent;
    for (std::size_t i = 0; i < depth; ++i) left += inner_[i] + 2 + gap(i);
    return left;
  }

  const Topology& topology_;
  const Tree tree_;
  const bool stepped_;
  const std::vector<std::vector<Neighbour>> neighbours_;
  std::vector<Box> boxes_;           // one per branch
  std::vector<std::size_t> tops_;    // one per branch
  std::vector<std::size_t> inner_;   // one per column
  std::vector<std::size_t> labels_;  // the longest after each column but the last
  std::size_t link_ = long_link;
  bool labelled_ = true;
};

// --- rings, and trees that are too wide ---

// A link next to the column of boxes, in its own lane.
struct Arc {
  std::size_t from, to, lane = 0;
};

// Short arcs inside, long ones outside; arcs in one lane do not overlap.
void choose_lanes(std::vector<Arc>& arcs) {
  std::vector<std::size_t> order(arcs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return arcs[i].to - arcs[i].from; });
  std::vector<std::vector<const Arc*>> lanes;
  for (const std::size_t i : order) {
    Arc& arc = arcs[i];
    const auto is_free = [&](const std::vector<const Arc*>& lane) {
      return std::ranges::none_of(
          lane, [&](const Arc* other) { return arc.from <= other->to && other->from <= arc.to; });
    };
    const auto free = std::ranges::find_if(lanes, is_free);
    arc.lane = static_cast<std::size_t>(free - lanes.begin());
    if (free == lanes.end()) lanes.emplace_back();
    lanes[arc.lane].push_back(&arc);
  }
}

void draw_arcs(Canvas& canvas, const Glyphs& g, const std::vector<Arc>& arcs, std::size_t left) {
  const auto column = [&](const Arc& arc) { return left + 2 + 2 * arc.lane; };
  for (const Arc& arc : arcs)
    for (std::size_t row = arc.from + 1; row < arc.to; ++row)
      canvas.put(row, column(arc), g.vertical, Ink::accent);
  for (const Arc& arc : arcs)
    for (const std::size_t row : {arc.from, arc.to}) {
      canvas.fill(row, left, column(arc), g.horizontal, Ink::accent);
      for (const Arc& other : arcs)
        if (other.lane < arc.lane && other.from < row && row < other.to)
          canvas.put(row, column(other), g.cross, Ink::accent);
      canvas.put(row, column(arc), row == arc.from ? g.top_right : g.bottom_right, Ink::accent);
    }
}

// Depth first, so that most links go to the next box.
void walk(const std::vector<std::vector<Neighbour>>& neighbours, std::size_t host,
          std::vector<std::size_t>& order) {
  if (std::ranges::find(order, host) != order.end()) return;
  order.push_back(host);
  for (const Neighbour& each : neighbours[host]) walk(neighbours, each.host, order);
}

// False: it is too wide.
bool draw_column(Page& page, const Topology& topology, const std::vector<std::size_t>& part) {
  const auto neighbours = neighbours_of(topology);
  std::vector<std::size_t> order;
  walk(neighbours, part.front(), order);

  std::vector<Box> boxes;
  std::map<std::size_t, std::vector<std::size_t>> rows;  // of each link's ends
  std::size_t top = 0, inner = 0;
  for (const std::size_t host : order) {
    Box& box = boxes.emplace_back(box_of(topology, host));
    for (const Neighbour& each : neighbours[host]) {
      const std::size_t number = first_row + box.rows.size();
      BoxRow& row = box.rows[number];
      row.left = words_at(topology, topology.links[each.link].ends[each.end]);
      row.joined_right = true;
      rows[each.link].push_back(top + number);
    }
    add_rest(box, topology, host, neighbours[host]);
    inner = std::max(inner, box.inner());
    top += box.height();
  }
  std::vector<Arc> arcs;
  for (const auto& [link, ends] : rows) arcs.push_back({ends.front(), ends.back(), 0});
  choose_lanes(arcs);
  const std::size_t lanes = 1 + std::ranges::max(arcs, {}, &Arc::lane).lane;
  const std::size_t right = indent + inner + 2;
  if (right + 2 + 2 * lanes > page.width()) return false;

  Canvas canvas;
  top = 0;
  for (const Box& box : boxes) {
    draw_box(canvas, page.glyphs(), top, indent, box, inner);
    top += box.height();
  }
  draw_arcs(canvas, page.glyphs(), arcs, right);
  canvas.print(page);
  return true;
}

// --- lists ---

void list_hosts(Page& page, const Topology& topology, const std::vector<std::size_t>& hosts) {
  constexpr std::size_t column = 16;
  for (const std::size_t number : hosts) {
    const Topology::Host& host = topology.hosts[number];
    std::vector<std::string> rest = lines_of(host);
    if (!host.roles.empty()) rest.insert(rest.begin(), roles_of(host));
    for (std::size_t i = 0; i < rest.size(); ++i)
      Line()
          .to(indent)
          .add(i == 0 ? host.name : "", Ink::strong)
          .to(column)
          .add(rest[i], Ink::faint)
          .print(page);
  }
}

// `all`: including those without properties.
void list_links(Page& page, const Topology& topology, const std::vector<std::size_t>& hosts,
                bool all) {
  const std::string rule = fmt::format(" {0}{0}{0}{0} ", page.glyphs().horizontal);
  for (const Topology::Link& link : topology.links) {
    if (std::ranges::find(hosts, link.ends[0].host) == hosts.end()) continue;
    if (!all && link.properties.empty()) continue;
    const auto name = [&](const Topology::End& end) {
      return fmt::format("{}:{}", topology.hosts[end.host].name, end.device);
    };
    Line()
        .to(indent)
        .add(name(link.ends[0]))
        .add(rule, Ink::accent)
        .add(name(link.ends[1]))
        .add(link.properties.empty() ? "" : "   " + link.properties, Ink::faint)
        .print(page);
  }
}

// False: it is too wide in any layout.
bool draw_tree(Page& page, const Topology& topology, const std::vector<std::size_t>& part) {
  for (const std::size_t root : roots_of(topology, part))
    for (const bool stepped : {false, true}) {
      TreeDrawing drawing(topology, tree_from(topology, root), stepped);
      if (!drawing.fits(page.width())) continue;
      drawing.print(page);
      if (!drawing.labelled()) list_links(page, topology, part, false);
      return true;
    }
  return false;
}

}  // namespace

void draw_topology(Page& page, const Topology& topology) {
  const auto neighbours = neighbours_of(topology);
  std::vector<std::size_t> alone;
  for (const std::vector<std::size_t>& part : parts_of(topology)) {
    if (neighbours[part.front()].empty()) {
      alone.push_back(part.front());
      continue;
    }
    if (tree_from(topology, part.front()).rest.empty()) {
      if (draw_tree(page, topology, part)) continue;
    }
    const bool drawn = draw_column(page, topology, part);
    if (!drawn) list_hosts(page, topology, part);
    list_links(page, topology, part, !drawn);
  }
  if (!alone.empty()) draw_alone(page, topology, alone);
}

}  // namespace lab::diagram
