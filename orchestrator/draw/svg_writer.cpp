// SPDX-License-Identifier: MIT
#include "draw/svg_writer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "draw/page.hpp"
#include "util/text.hpp"

namespace lab::draw::svg {
namespace {

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}

// XML has no way to write most control characters, not even as a number.
std::string writable(std::string_view text) {
  std::string result(text);
  for (char& byte : result)
    if (static_cast<unsigned char>(byte) < 0x20 && byte != '\n') byte = ' ';
  return result;
}

void set(pugi::xml_node node, const char* name, double value) { set(node, name, number(value)); }

}  // namespace

std::string number(double value) { return fmt::format("{:g}", std::round(value * 10) / 10); }

double width_of(const Text& text) {
  std::size_t letters = 0;
  for (const Words& words : text) letters += columns(words.text);
  return static_cast<double>(letters) * letter;
}

std::vector<Text> wrapped(const Text& text, double width) {
  std::vector<Text> lines;
  double filled = 0;
  bool glued = true;  // no blank before the next word
  for (const Words& piece : text) {
    if (piece.text.starts_with(' ')) glued = false;
    for (const std::string_view word : words(piece.text)) {
      const double wide = static_cast<double>(columns(word)) * letter;
      if (lines.empty() || (!glued && filled + letter + wide > width)) {
        lines.emplace_back();
        filled = 0;
      }
      const bool blank = filled > 0 && !glued;
      if (blank) lines.back().push_back({" "});
      lines.back().push_back({std::string(word), piece.style, piece.function, piece.href});
      filled += wide + (blank ? letter : 0);
      glued = false;
    }
    glued = !piece.text.ends_with(' ');
  }
  return lines;
}

void put_text(pugi::xml_node into, Point at, Anchor anchor, const Text& text) {
  pugi::xml_node node = into.append_child("text");
  set(node, "x", at.x);
  set(node, "y", at.y);
  if (anchor != Anchor::start)
    set(node, "text-anchor", anchor == Anchor::middle ? "middle" : "end");
  for (const Words& words : text) {
    pugi::xml_node place = node;
    if (!words.href.empty()) {
      place = node.append_child("a");
      set(place, "href", words.href);
    }
    pugi::xml_node span = place.append_child("tspan");
    const std::string style = words.function.empty()
                                  ? words.style
                                  : words.style + (words.style.empty() ? "" : " ") + "function";
    if (!style.empty()) set(span, "class", style);
    if (!words.function.empty()) set(span, "data-function", words.function);
    span.append_child(pugi::node_pcdata).set_value(writable(words.text).c_str());
  }
}

pugi::xml_node put_group(pugi::xml_node into, std::string_view style, std::string_view title) {
  pugi::xml_node group = into.append_child("g");
  set(group, "class", style);
  if (!title.empty())
    group.append_child("title").append_child(pugi::node_pcdata).set_value(writable(title).c_str());
  return group;
}

void put_line(pugi::xml_node into, Point from, Point to, std::string_view style) {
  pugi::xml_node line = into.append_child("line");
  set(line, "x1", from.x);
  set(line, "y1", from.y);
  set(line, "x2", to.x);
  set(line, "y2", to.y);
  if (!style.empty()) set(line, "class", style);
}

void put_head(pugi::xml_node into, Point from, Point to) {
  constexpr double length = 9, half = 3.5;
  const double wide = to.x - from.x, high = to.y - from.y, way = std::hypot(wide, high);
  const Point along{wide / way, high / way};
  const Point base{to.x - length * along.x, to.y - length * along.y};
  pugi::xml_node head = into.append_child("path");
  set(head, "class", "head");
  set(head, "d",
      fmt::format("M{} {}L{} {}L{} {}Z", number(to.x), number(to.y),
                  number(base.x - half * along.y), number(base.y + half * along.x),
                  number(base.x + half * along.y), number(base.y - half * along.x)));
}

void put_cross(pugi::xml_node into, Point at) {
  constexpr double arm = 5;
  pugi::xml_node cross = into.append_child("path");
  set(cross, "class", "cross");
  set(cross, "d",
      fmt::format("M{0} {1}L{2} {3}M{0} {3}L{2} {1}", number(at.x - arm), number(at.y - arm),
                  number(at.x + arm), number(at.y + arm)));
}

void put_circle(pugi::xml_node into, Point at, double radius, std::string_view style) {
  pugi::xml_node circle = into.append_child("circle");
  set(circle, "cx", at.x);
  set(circle, "cy", at.y);
  set(circle, "r", radius);
  set(circle, "class", style);
}

}  // namespace lab::draw::svg
