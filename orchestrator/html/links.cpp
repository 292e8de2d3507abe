// SPDX-License-Identifier: MIT
#include "html/links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "record/kernel_function.hpp"
#include "scenario/kernel_events.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

const std::set<std::string, std::less<>>& traced_functions() {
  static const auto names = [] {
    std::set<std::string, std::less<>> all;
    for (const scenario::KernelEvent& event : scenario::kernel_events()) {
      all.emplace(to_string(event.function));
      all.emplace(kernel_name(event.function, Family::inet6));
    }
    return all;
  }();
  return names;
}

bool in_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
}

// "6.1" of "6.1.0-56-cloud-amd64"; empty for other formats.
std::string version_of(std::string_view release) {
  const std::size_t dot = release.find('.');
  if (dot == std::string_view::npos) return "";
  const std::size_t end =
      std::min(release.find_first_not_of("0123456789", dot + 1), release.size());
  const auto major = to_integer<unsigned>(release.substr(0, dot));
  const auto minor = to_integer<unsigned>(release.substr(dot + 1, end - dot - 1));
  return major && minor ? fmt::format("{}.{}", *major, *minor) : "";
}

// Whether the name, given the text after it, is a kernel function.
bool is_function(std::string_view name, std::string_view rest) {
  if (traced_functions().contains(name)) return true;
  return name.find('_') != std::string_view::npos && rest.starts_with("()");
}

}  // namespace

std::string source_url(std::string_view function, std::string_view release) {
  const std::string version = version_of(release);
  if (version.empty() || function.empty()) return "";
  return fmt::format("https://elixir.bootlin.com/linux/v{}/A/ident/{}", version, function);
}

std::string linked(std::string_view text, std::string_view release) {
  static const Template pieces_template{asset::linked_mustache};
  std::vector<Fields> pieces;
  std::string plain;
  const auto flush = [&] {
    if (!plain.empty()) pieces.push_back(Fields().put("text", plain));
    plain.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && in_name(text[end])) ++end;
    const std::string_view name = text.substr(i, end - i);
    const std::string url =
        is_function(name, text.substr(end)) ? source_url(name, release) : std::string();
    if (!url.empty()) {
      flush();
      pieces.push_back(Fields().put("text", name).put("url", url));
    } else {
      // Takes a whole name, so that its end is not taken for another name.
      end = std::max(end, i + 1);
      plain += text.substr(i, end - i);
    }
    i = end;
  }
  flush();
  return pieces_template.fill(Fields().put("pieces", pieces));
}

}  // namespace lab::html
