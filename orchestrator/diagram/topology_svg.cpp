// SPDX-License-Identifier: MIT
#include "diagram/topology_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "diagram/topology_layout.hpp"
#include "draw/page.hpp"

namespace lab::diagram {
namespace {

using draw::columns;

// Lengths in pixels. A letter of a fixed-width font is 0.6 em wide, or a little more.
constexpr double letter = 8, line_height = 20, padding = 12, header = 30;
constexpr double gap_across = 90, gap_down = 18, margin = 10;

double width_of(std::string_view text) { return letter * static_cast<double>(columns(text)); }

struct Placed {
  std::size_t host = 0, column = 0;
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
};

std::string header_of(const Topology::Host& host) {
  return host.roles.empty() ? host.name : fmt::format("{}  {}", host.name, roles_of(host));
}

// Every host's place: the parts below each other, each a tree that grows to the
// right; hosts without links stand in one row.
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
  double width() const { return width_ + margin; }
  double height() const { return below_ - gap_down + margin; }

 private:
  Placed& measured(std::size_t host) {
    Placed& placed = all_[host];
    placed.host = host;
    const auto lines = lines_of(topology_.hosts[host]);
    placed.width = width_of(header_of(topology_.hosts[host]));
    for (const std::string& line : lines) placed.width = std::max(placed.width, width_of(line));
    placed.width += 2 * padding;
    placed.height = header + line_height * static_cast<double>(lines.size()) + padding / 2;
    return placed;
  }

  // What stands between a column and the next has room for the links' properties.
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
    double left = margin;
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

  // In the middle of what hangs from it. The height at which the next may begin.
  double place_branch(const Tree& tree, std::size_t at, double top) {
    Placed& placed = all_[tree.branches[at].host];
    double next = top;
    for (const std::size_t below : tree.branches[at].below) next = place_branch(tree, below, next);
    const double block = std::max(0.0, next - gap_down - top);
    placed.top = top + std::max(0.0, (block - placed.height) / 2);
    // Smaller than its trunk: they are pushed down to its middle.
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
    double left = margin, tallest = 0;
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
  double width_ = 0, below_ = margin;
};

pugi::xml_node add(pugi::xml_node& into, const char* element, std::string_view css_class) {
  pugi::xml_node node = into.append_child(element);
  node.append_attribute("class") = std::string(css_class).c_str();
  return node;
}

void set(pugi::xml_node& node, const char* attribute, double value) {
  node.append_attribute(attribute) = fmt::format("{:g}", value).c_str();
}

pugi::xml_node write(pugi::xml_node& into, double x, double y, const std::string& text,
                     std::string_view css_class) {
  pugi::xml_node node = add(into, "text", css_class);
  set(node, "x", x);
  set(node, "y", y);
  node.append_child(pugi::node_pcdata).set_value(text.c_str());
  return node;
}

// XML 1.0 (section 2.2) has no place for most control characters, however written.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 && c != '\n' && c != '\t'; }, ' ');
  return text;
}

void tell(pugi::xml_node& node, const std::string& text) {
  node.append_child("title").append_child(pugi::node_pcdata).set_value(printable(text).c_str());
}

void draw_host(pugi::xml_node& svg, const Topology::Host& host, const Placed& place) {
  pugi::xml_node group = add(svg, "g", "topology-host");
  pugi::xml_node box = add(group, "rect", "topology-box");
  set(box, "x", place.left);
  set(box, "y", place.top);
  set(box, "width", place.width);
  set(box, "height", place.height);
  set(box, "rx", 6);
  const double x = place.left + padding;
  double y = place.top + 20;
  write(group, x, y, host.name, "topology-name");
  if (!host.roles.empty())
    write(group, x + width_of(host.name) + 2 * letter, y, roles_of(host), "topology-role");
  y = place.top + header;
  for (const std::string& line : lines_of(host)) {
    y += line_height;
    pugi::xml_node text = write(group, x, y - 6, line, "topology-interface");
    if (line == host.firewall && !host.ruleset.empty()) tell(text, host.ruleset);
  }
}

struct Point {
  double x, y;
};

double row_of(const Topology::Host& host, const std::string& device, const Placed& place) {
  const auto found = std::ranges::find(host.interfaces, device, &Topology::Interface::device);
  const auto number = std::min(found - host.interfaces.begin(),
                               std::max<std::ptrdiff_t>(0, std::ssize(host.interfaces) - 1));
  return place.top + header + line_height * (static_cast<double>(number) + 0.5);
}

void draw_link(pugi::xml_node& svg, const Topology& topology, const Topology::Link& link,
               const Places& places) {
  const Topology::End* left = &link.ends[0];
  const Topology::End* right = &link.ends[1];
  if (places[left->host].column > places[right->host].column) std::swap(left, right);
  const Placed &from = places[left->host], &to = places[right->host];
  const bool within = from.column == to.column;
  const Point a{from.right(), row_of(topology.hosts[left->host], left->device, from)};
  const Point b{within ? to.right() : to.left,
                row_of(topology.hosts[right->host], right->device, to)};
  const double bend = within ? gap_across / 2 : (b.x - a.x) / 2;

  pugi::xml_node group = add(svg, "g", "topology-link");
  const auto name = [&](const Topology::End& end) {
    return topology.hosts[end.host].name + ":" + end.device;
  };
  tell(group, fmt::format("{} – {}{}", name(link.ends[0]), name(link.ends[1]),
                          link.properties.empty() ? "" : ", " + link.properties));
  pugi::xml_node path = add(group, "path", "topology-line");
  const double bx = within ? b.x + bend : b.x - bend;
  path.append_attribute("d") = fmt::format("M{:g} {:g}C{:g} {:g} {:g} {:g} {:g} {:g}", a.x, a.y,
                                           a.x + bend, a.y, bx, b.y, b.x, b.y)
                                   .c_str();
  for (const Point& end : {a, b}) {
    pugi::xml_node dot = add(group, "circle", "topology-end");
    set(dot, "cx", end.x);
    set(dot, "cy", end.y);
    set(dot, "r", 3.5);
  }
  if (link.properties.empty()) return;
  const double x = within ? a.x + bend * 0.75 : (a.x + b.x) / 2;
  write(group, x, (a.y + b.y) / 2 - 6, link.properties, "topology-property");
}

}  // namespace

std::string topology_style() {
  // Without a variable of the page's, the colours are the reader's light or dark ones.
  return R"(.topology{font:13px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;max-width:100%;height:auto}
.topology-box{fill:var(--topology-box,#f6f8fa);stroke:var(--topology-line,#57606a)}
.topology-name{fill:var(--topology-ink,#1f2328);font-weight:bold}
.topology-role,.topology-interface,.topology-property{fill:var(--topology-faint,#57606a)}
.topology-property{text-anchor:middle}
.topology-line{fill:none;stroke:var(--topology-link,#0969da);stroke-width:2}
.topology-end{fill:var(--topology-link,#0969da)}
@media (prefers-color-scheme:dark){
.topology-box{fill:var(--topology-box,#161b22);stroke:var(--topology-line,#8b949e)}
.topology-name{fill:var(--topology-ink,#e6edf3)}
.topology-role,.topology-interface,.topology-property{fill:var(--topology-faint,#a0a8b0)}
.topology-line{stroke:var(--topology-link,#58a6ff)}
.topology-end{fill:var(--topology-link,#58a6ff)}
}
@media print{
.topology-box{fill:none;stroke:#000}
.topology-name,.topology-role,.topology-interface,.topology-property{fill:#000}
}
)";
}

std::string topology_svg(const Topology& topology, const SvgSettings& settings) {
  const Places places(topology);
  pugi::xml_document document;
  pugi::xml_node svg = document.append_child("svg");
  svg.append_attribute("xmlns") = "http://www.w3.org/2000/svg";
  svg.append_attribute("class") = "topology";
  svg.append_attribute("role") = "img";
  svg.append_attribute("aria-labelledby") = (settings.id + "-title").c_str();
  svg.append_attribute("viewBox") =
      fmt::format("0 0 {:g} {:g}", places.width(), places.height()).c_str();
  set(svg, "width", places.width());
  set(svg, "height", places.height());
  pugi::xml_node title = svg.append_child("title");
  title.append_attribute("id") = (settings.id + "-title").c_str();
  title.append_child(pugi::node_pcdata)
      .set_value(printable("Topology of " + topology.name).c_str());
  if (settings.standalone)
    // As a file of its own it is shown on the reader's light or dark ground.
    svg.append_child("style")
        .append_child(pugi::node_pcdata)
        .set_value((topology_style() + ".topology{color-scheme:light dark}\n").c_str());
  for (const Topology::Link& link : topology.links) draw_link(svg, topology, link, places);
  for (const Placed& place : places.all()) draw_host(svg, topology.hosts[place.host], place);

  std::ostringstream out;
  document.save(out, "  ",
                settings.standalone ? pugi::format_indent
                                    : pugi::format_indent | pugi::format_no_declaration);
  return out.str();
}

}  // namespace lab::diagram
