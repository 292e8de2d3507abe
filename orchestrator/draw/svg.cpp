// SPDX-License-Identifier: MIT
#include "draw/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "util/printable.hpp"

namespace lab::draw::svg {
namespace {

void set(pugi::xml_node node, const char* name, std::string_view value) {
  if (!value.empty()) node.append_attribute(name).set_value(printable(value).c_str());
}

void set_text(pugi::xml_node node, std::string_view text) {
  node.append_child(pugi::node_pcdata).set_value(printable(text).c_str());
}

std::string_view class_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "strong";
    case Ink::faint:
      return "faint";
    case Ink::good:
      return "good";
    case Ink::bad:
      return "bad";
    case Ink::doubtful:
      return "doubtful";
    case Ink::accent:
      return "accent";
  }
  return "";
}

}  // namespace

pugi::xml_node put(pugi::xml_node into, const char* element, Attributes attributes) {
  pugi::xml_node node = into.append_child(element);
  for (const auto& [name, value] : attributes) set(node, name, value);
  return node;
}

pugi::xml_node put_title(pugi::xml_node into, std::string_view title) {
  pugi::xml_node node = put(into, "title");
  set_text(node, title);
  return node;
}

pugi::xml_node put_drawing(pugi::xml_node into, std::string_view css_class, const char* role) {
  return put(
      into, "svg",
      {{"xmlns", "http://www.w3.org/2000/svg"}, {"class", std::string(css_class)}, {"role", role}});
}

pugi::xml_node write(pugi::xml_node into, Point at, std::string_view css_class,
                     std::string_view text) {
  pugi::xml_node node = put(
      into, "text", {{"x", number(at.x)}, {"y", number(at.y)}, {"class", std::string(css_class)}});
  set_text(node, text);
  return node;
}

void write(pugi::xml_node into, Point at, Anchor anchor, const Text& text,
           const SourceOf& source_of) {
  pugi::xml_node node = put(into, "text", {{"x", number(at.x)}, {"y", number(at.y)}});
  if (anchor != Anchor::start)
    set(node, "text-anchor", anchor == Anchor::middle ? "middle" : "end");
  for (const Span& span : text) {
    const std::string source = source_of && !span.function.empty() ? source_of(span.function) : "";
    std::string css_class(class_of(span.ink));
    if (!span.function.empty()) css_class += css_class.empty() ? "function" : " function";
    set_text(put(source.empty() ? node : put(node, "a", {{"href", source}}), "tspan",
                 {{"class", css_class}, {"data-function", span.function}}),
             span.text);
  }
}

double width_of(const Text& text) { return static_cast<double>(columns(text)) * letter; }

std::vector<Text> wrapped(const Text& text, double width) {
  return draw::wrapped(text, static_cast<std::size_t>(std::max(0.0, width / letter)));
}

pugi::xml_node put_group(pugi::xml_node into, std::string_view css_class, std::string_view title) {
  pugi::xml_node group = put(into, "g", {{"class", std::string(css_class)}});
  if (!title.empty()) put_title(group, title);
  return group;
}

void put_line(pugi::xml_node into, Point from, Point to, std::string_view css_class) {
  put(into, "line",
      {{"x1", number(from.x)},
       {"y1", number(from.y)},
       {"x2", number(to.x)},
       {"y2", number(to.y)},
       {"class", std::string(css_class)}});
}

void put_head(pugi::xml_node into, Point from, Point to) {
  constexpr double length = 9, half = 3.5;
  const double wide = to.x - from.x, high = to.y - from.y, far = std::hypot(wide, high);
  const Point along{wide / far, high / far};
  const Point base{to.x - length * along.x, to.y - length * along.y};
  put(into, "path",
      {{"class", "head"},
       {"d", fmt::format("M{} {}L{} {}L{} {}Z", number(to.x), number(to.y),
                         number(base.x - half * along.y), number(base.y + half * along.x),
                         number(base.x + half * along.y), number(base.y - half * along.x))}});
}

void put_cross(pugi::xml_node into, Point at) {
  constexpr double arm = 5;
  put(into, "path",
      {{"class", "cross"},
       {"d", fmt::format("M{0} {1}L{2} {3}M{0} {3}L{2} {1}", number(at.x - arm), number(at.y - arm),
                         number(at.x + arm), number(at.y + arm))}});
}

void put_circle(pugi::xml_node into, Point at, double radius, std::string_view css_class) {
  put(into, "circle",
      {{"cx", number(at.x)},
       {"cy", number(at.y)},
       {"r", number(radius)},
       {"class", std::string(css_class)}});
}

void put_style(pugi::xml_node into, std::string_view css) {
  put(into, "style").append_child(pugi::node_pcdata).set_value(std::string(css).c_str());
}

std::string number(double value) { return fmt::format("{:g}", std::round(value * 10) / 10); }

std::string markup(const pugi::xml_document& document, unsigned format) {
  std::ostringstream out;
  document.save(out, "", format | pugi::format_no_declaration);
  return out.str();
}

}  // namespace lab::draw::svg
