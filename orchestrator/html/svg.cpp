// SPDX-License-Identifier: MIT
#include "html/svg.hpp"

#include <fmt/format.h>

#include <sstream>

#include "draw/page.hpp"

namespace lab::html {

Drawing::Drawing(const std::string& kind, const std::string& title) {
  root_ = draw(document_, "svg",
               {{"xmlns", "http://www.w3.org/2000/svg"}, {"class", kind}, {"role", "group"}});
  root_.append_attribute("aria-label") = title.c_str();
}

void Drawing::set_size(int width, int height) {
  root_.append_attribute("viewBox") = fmt::format("0 0 {} {}", width, height).c_str();
  root_.append_attribute("width") = width;
  root_.append_attribute("height") = height;
}

std::string Drawing::markup() const {
  std::ostringstream out;
  // An element a line, for those who compare.
  document_.save(out, "", pugi::format_no_declaration);
  return out.str();
}

pugi::xml_node draw(pugi::xml_node into, const char* element, Attributes attributes) {
  pugi::xml_node node = into.append_child(element);
  for (const auto& [name, value] : attributes) node.append_attribute(name) = value.c_str();
  return node;
}

pugi::xml_node write(pugi::xml_node into, Spot at, const std::string& css_class,
                     std::string_view text) {
  pugi::xml_node node =
      draw(into, "text", {{"x", std::to_string(at.x)}, {"y", std::to_string(at.y)}});
  if (!css_class.empty()) node.append_attribute("class") = css_class.c_str();
  node.text().set(std::string(text).c_str());
  return node;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (draw::columns(text) <= most) return std::string(text);
  std::size_t end = 0;
  for (std::size_t letters = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (begins && ++letters == most) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace lab::html
