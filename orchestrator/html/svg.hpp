// SPDX-License-Identifier: MIT
//
// Drawings as SVG, made with pugixml, which escapes what is written into them.
// Colours and lines are the page's (page.css), by class: so they follow light and
// dark.
#pragma once

#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lab::html {

using Attributes = std::initializer_list<std::pair<const char*, std::string>>;

class Drawing {
 public:
  // `title` is what it is called by those who do not see it.
  explicit Drawing(const std::string& kind, const std::string& title);

  pugi::xml_node root() { return root_; }
  // A width and a height in pixels; the drawing is shrunk where there is less room.
  void set_size(int width, int height);
  std::string markup() const;

 private:
  pugi::xml_document document_;
  pugi::xml_node root_;
};

// A new element as the last one in `into`.
pugi::xml_node draw(pugi::xml_node into, const char* element, Attributes attributes);

struct Spot {
  int x = 0, y = 0;
};
pugi::xml_node write(pugi::xml_node into, Spot at, const std::string& css_class,
                     std::string_view text);

// The first letters of a text that is longer than `most`, and an ellipsis.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace lab::html
