// SPDX-License-Identifier: MIT
//
// Fills the page's templates. The engine is mustache (kainjow), which escapes the values of
// {{name}}. Only HTML and SVG that this module generates is inserted by {{{name}}}.
#pragma once

#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/printable.hpp"

namespace lab::html {

// The values for a template, by name.
class Fields {
 public:
  // The text goes through printable(). An empty one is left out: its section {{#name}} is then not
  // drawn, and
  // {{^name}} is.
  Fields& put(const std::string& name, const std::string& text) {
    if (!text.empty()) data_.set(name, printable(text));
    return *this;
  }
  Fields& put(const std::string& name, std::string_view text) {
    return put(name, std::string(text));
  }
  Fields& put(const std::string& name, const char* text) { return put(name, std::string(text)); }
  Fields& put(const std::string& name, std::size_t number) {
    return put(name, std::to_string(number));
  }
  Fields& flag(const std::string& name, bool set) {
    if (set) data_.set(name, true);
    return *this;
  }
  // Omits an empty list.
  Fields& put(const std::string& name, const std::vector<Fields>& items) {
    if (items.empty()) return *this;
    kainjow::mustache::data list{kainjow::mustache::data::type::list};
    for (const Fields& item : items) list << item.data_;
    data_.set(name, list);
    return *this;
  }

  const kainjow::mustache::data& data() const { return data_; }

 private:
  kainjow::mustache::data data_;
};

// A template, parsed once. Throws std::logic_error if it cannot be parsed.
class Template {
 public:
  explicit Template(std::string_view text);
  std::string fill(const Fields& fields) const;

 private:
  // Its render() is not const, but only changes its error message.
  mutable kainjow::mustache::mustache engine_;
};

}  // namespace lab::html
