// SPDX-License-Identifier: MIT
//
// Building blocks of SVG drawings. The style sheet sets colours and lines, by class. The font is
// monospaced, so that the length of a line is known here.
#pragma once

#include <functional>
#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "draw/text.hpp"

namespace lab::draw::svg {

inline constexpr double letter = 7.25, line_height = 16;

struct Point {
  double x = 0, y = 0;
};

using Attributes = std::initializer_list<std::pair<const char*, std::string>>;

// Appends an element to `into`. Omits attributes without a value.
pugi::xml_node put(pugi::xml_node into, const char* element, Attributes attributes = {});
// An element's tooltip, and a drawing's name for screen readers.
pugi::xml_node put_title(pugi::xml_node into, std::string_view title);
// An <svg> element with the common attributes.
pugi::xml_node put_drawing(pugi::xml_node into, std::string_view css_class, const char* role);

// Writes one piece of text.
pugi::xml_node write(pugi::xml_node into, Point at, std::string_view css_class,
                     std::string_view text);

// Styled text: each span is a <tspan> whose class is its ink's name ("faint"; none for
// plain). A span that names a function also has class "function" and data-function, and a link
// if `source_of` returns an address.
using SourceOf = std::function<std::string(std::string_view function)>;
enum class Anchor { start, middle, end };
void write(pugi::xml_node into, Point at, Anchor anchor, const Text& text,
           const SourceOf& source_of = {});

double width_of(const Text& text);
// Like wrapped() of text.hpp, with a width in pixels.
std::vector<Text> wrapped(const Text& text, double width);

pugi::xml_node put_group(pugi::xml_node into, std::string_view css_class,
                         std::string_view title = {});
void put_line(pugi::xml_node into, Point from, Point to, std::string_view css_class);
// The head of an arrow from `from` to `to`.
void put_head(pugi::xml_node into, Point from, Point to);
// A cross, where something was lost.
void put_cross(pugi::xml_node into, Point at);
void put_circle(pugi::xml_node into, Point at, double radius, std::string_view css_class);
void put_style(pugi::xml_node into, std::string_view css);

std::string number(double value);  // "12.5": one decimal at most

// The document without an XML declaration, one element per line; or, with pugi::format_raw,
// without white space, which would separate spans of text.
std::string markup(const pugi::xml_document& document, unsigned format = pugi::format_indent);

}  // namespace lab::draw::svg
