// SPDX-License-Identifier: MIT
//
// What a drawing in SVG is put together from: lines, heads of arrows, and words that
// wrap. Letters are of one width, so that a line's length is known here.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lab::draw::svg {

inline constexpr double font_size = 12, letter = 7.25, line_height = 16;

struct Point {
  double x = 0, y = 0;
};

// Words of one sort: the class says how they look, a function's name is linked.
struct Words {
  std::string text;
  std::string style = {};     // CSS class; empty: none
  std::string function = {};  // the kernel's function that the text names
  std::string href = {};      // its source
};
using Text = std::vector<Words>;

double width_of(const Text& text);
// Breaks at blanks.
std::vector<Text> wrapped(const Text& text, double width);

enum class Anchor { start, middle, end };
void put_text(pugi::xml_node into, Point at, Anchor anchor, const Text& text);

pugi::xml_node put_group(pugi::xml_node into, std::string_view style, std::string_view title);
void put_line(pugi::xml_node into, Point from, Point to, std::string_view style);
// The head of an arrow that comes from `from` and ends at `to`.
void put_head(pugi::xml_node into, Point from, Point to);
// A cross, where something was lost.
void put_cross(pugi::xml_node into, Point at);
void put_circle(pugi::xml_node into, Point at, double radius, std::string_view style);

std::string number(double value);  // "12.5"

}  // namespace lab::draw::svg
