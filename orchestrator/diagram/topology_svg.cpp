// SPDX-License-Identifier: MIT
#include "diagram/topology_svg.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagram/asset.hpp"
#include "diagram/topology_layout.hpp"
#include "draw/svg.hpp"

namespace lab::diagram {
namespace {

using draw::columns;
namespace svg = draw::svg;

// Lengths in pixels. A letter of a monospaced font is 0.6 em wide, or a little more.
constexpr double letter = 8, row_height = 20, padding = 12, header = 30;
constexpr double gap_across = 90, gap_down = 18, edge = 10;

double width_of(std::string_view text) { return letter * static_cast<double>(columns(text)); }

struct Placed {
  std::size_t host = 0, column = 0;
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
};

std::string header_of(const Topology::Host& host) {
  return host.roles.empty() ? host.name : fmt::format("{}  {}", host.name, roles_of(host));
}

// The position of every host: the parts below each other, each a tree that grows to the right;
// hosts without links in one row.
class Places {
 public:
  explicit Places(const Topology& topology) : topology_(topology), all_(topology.hosts.size()) {
    std::vector<std::size_t> alone;
    for (const auto& part : parts_of(topology)) {
      if (part.size() == 1)
        alone.push_back(part.front());
      else
        place_part(tree_from(topology, roots_of(topology, part).front()));
    }
    place_row(alone);
  }

  const Placed& operator[](std::size_t host) const { return all_[host]; }
  const std::vector<Placed>& all() const { return all_; }
  double width() const { return width_ + edge; }
  double height() const { return below_ - gap_down + edge; }

 private:
  Placed& measured(std::size_t host) {
    Placed& placed = all_[host];
    placed.host = host;
    const auto lines = lines_of(topology_.hosts[host]);
    placed.width = width_of(header_of(topology_.hosts[host]));
    for (const std::string& line : lines) placed.width = std::max(placed.width, width_of(line));
    placed.width += 2 * padding;
    placed.height = header + row_height * static_cast<double>(lines.size()) + padding / 2;
    return placed;
  }

  // The space between two columns, wide enough for the links' properties.
  double gap_behind(const Tree& tree, std::size_t column) const {
    double gap = gap_across;
    for (const Branch& branch : tree.branches)
      for (const Neighbour& up : branch.up)
        if (branch.depth == column + 1)
          gap = std::max(gap, width_of(topology_.links[up.link].properties) + 2 * padding);
    return gap;
  }

  void place_part(const Tree& tree) {
    std::vector<double> widths(tree.depth() + 1);
    for (const Branch& branch : tree.branches) {
      Placed& placed = measured(branch.host);
      placed.column = branch.depth;
      widths[branch.depth] = std::max(widths[branch.depth], placed.width);
    }
    double left = edge;
    for (std::size_t column = 0; column < widths.size(); ++column) {
      for (const Branch& branch : tree.branches)
        if (branch.depth == column) {
          all_[branch.host].left = left;
          all_[branch.host].width = widths[column];
        }
      left += widths[column];
      // A link within the column bulges out of it.
      width_ = std::max(width_, left + (tree.rest.empty() ? 0 : gap_across / 2));
      left += gap_behind(tree, column);
    }
    below_ = place_branch(tree, 0, below_);
  }

  // Places a branch in the middle of its children. Returns the top of the next one.
  double place_branch(const Tree& tree, std::size_t at, double top) {
    Placed& placed = all_[tree.branches[at].host];
    double next = top;
    for (const std::size_t below : tree.branches[at].below) next = place_branch(tree, below, next);
    const double block = std::max(0.0, next - gap_down - top);
    placed.top = top + std::max(0.0, (block - placed.height) / 2);
    // The children are lower than the box: centre them.
    if (block < placed.height && block > 0) push_down(tree, at, (placed.height - block) / 2);
    return std::max(next, top + placed.height + gap_down);
  }

  void push_down(const Tree& tree, std::size_t at, double by) {
    for (const std::size_t below : tree.branches[at].below) {
      all_[tree.branches[below].host].top += by;
      push_down(tree, below, by);
    }
  }

  void place_row(const std::vector<std::size_t>& hosts) {
    double left = edge, tallest = 0;
    for (const std::size_t host : hosts) {
      Placed& placed = measured(host);
      placed.left = left;
      placed.top = below_;
      left = placed.right() + gap_down;
      tallest = std::max(tallest, placed.height + gap_down);
      width_ = std::max(width_, placed.right());
    }
    below_ += tallest;
  }

  const Topology& topology_;
  std::vector<Placed> all_;
  double width_ = 0, below_ = edge;
};

void draw_host(pugi::xml_node drawing, const Topology::Host& host, const Placed& place) {
  pugi::xml_node group = svg::put_group(drawing, "topology-host");
  svg::put(group, "rect",
           {{"class", "topology-box"},
            {"x", svg::number(place.left)},
            {"y", svg::number(place.top)},
            {"width", svg::number(place.width)},
            {"height", svg::number(place.height)},
            {"rx", "6"}});
  const double x = place.left + padding;
  double y = place.top + 20;
  svg::write(group, {x, y}, "topology-name", host.name);
  if (!host.roles.empty())
    svg::write(group, {x + width_of(host.name) + 2 * letter, y}, "topology-role", roles_of(host));
  y = place.top + header;
  for (const std::string& line : lines_of(host)) {
    y += row_height;
    pugi::xml_node text = svg::write(group, {x, y - 6}, "topology-interface", line);
    if (line == host.firewall && !host.ruleset.empty()) svg::put_title(text, host.ruleset);
  }
}

double row_of(const Topology::Host& host, const std::string& device, const Placed& place) {
  const auto found = std::ranges::find(host.interfaces, device, &Topology::Interface::device);
  const auto number = std::min(found - host.interfaces.begin(),
                               std::max<std::ptrdiff_t>(0, std::ssize(host.interfaces) - 1));
  return place.top + header + row_height * (static_cast<double>(number) + 0.5);
}

void draw_link(pugi::xml_node drawing, const Topology& topology, const Topology::Link& link,
               const Places& places) {
  const Topology::End* left = &link.ends[0];
  const Topology::End* right = &link.ends[1];
  if (places[left->host].column > places[right->host].column) std::swap(left, right);
  const Placed &from = places[left->host], &to = places[right->host];
  const bool within = from.column == to.column;
  const svg::Point a{from.right(), row_of(topology.hosts[left->host], left->device, from)};
  const svg::Point b{within ? to.right() : to.left,
                     row_of(topology.hosts[right->host], right->device, to)};
  const double bend = within ? gap_across / 2 : (b.x - a.x) / 2;

  const auto name = [&](const Topology::End& end) {
    return topology.hosts[end.host].name + ":" + end.device;
  };
  pugi::xml_node group =
      svg::put_group(drawing, "topology-link",
                     fmt::format("{} – {}{}", name(link.ends[0]), name(link.ends[1]),
                                 link.properties.empty() ? "" : ", " + link.properties));
  const double bx = within ? b.x + bend : b.x - bend;
  svg::put(group, "path",
           {{"class", "topology-line"},
            {"d", fmt::format("M{:g} {:g}C{:g} {:g} {:g} {:g} {:g} {:g}", a.x, a.y, a.x + bend, a.y,
                              bx, b.y, b.x, b.y)}});
  for (const svg::Point& end : {a, b}) svg::put_circle(group, end, 3.5, "topology-end");
  if (link.properties.empty()) return;
  const double x = within ? a.x + bend * 0.75 : (a.x + b.x) / 2;
  svg::write(group, {x, (a.y + b.y) / 2 - 6}, "topology-property", link.properties);
}

}  // namespace

std::string topology_style() { return std::string(asset::topology_css); }

std::string topology_svg(const Topology& topology, const SvgSettings& settings) {
  const Places places(topology);
  pugi::xml_document document;
  pugi::xml_node drawing = svg::put_drawing(document, "topology", "img");
  const auto set = [&drawing](const char* name, const std::string& value) {
    drawing.append_attribute(name).set_value(value.c_str());
  };
  set("aria-labelledby", settings.id + "-title");
  set("viewBox", fmt::format("0 0 {:g} {:g}", places.width(), places.height()));
  set("width", svg::number(places.width()));
  set("height", svg::number(places.height()));
  svg::put_title(drawing, "Topology of " + topology.name).append_attribute("id") =
      (settings.id + "-title").c_str();
  // A standalone file follows the reader's light or dark scheme.
  if (settings.standalone)
    svg::put_style(drawing, topology_style() + ".topology{color-scheme:light dark}\n");
  for (const Topology::Link& link : topology.links) draw_link(drawing, topology, link, places);
  for (const Placed& place : places.all()) draw_host(drawing, topology.hosts[place.host], place);
  return (settings.standalone ? "<?xml version=\"1.0\"?>\n" : "") + svg::markup(document);
}

}  // namespace lab::diagram
