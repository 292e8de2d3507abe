// SPDX-License-Identifier: MIT
#include "language/types.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "language/parse_parts.hpp"

namespace lab::language {

using scenario::ExpectedSegment;
using scenario::InjectedSegment;
using scenario::PathSegment;
using scenario::Payload;
using scenario::Place;

namespace {

using nlohmann::json;

json a_string() { return {{"type", "string"}}; }
// A YAML scalar: an unquoted text may look like a number.
json a_scalar() { return {{"type", {"string", "number", "boolean"}}}; }

json a_segment() { return {{"type", "string"}, {"pattern", " > "}}; }

// A reader that needs no names.
template <typename Value, typename Read>
std::function<Value(const YamlNode&, std::string_view, Names&)> plain(Read read) {
  return [read](const YamlNode& node, std::string_view what, Names&) { return read(node, what); };
}

// A key of /proc/sys that belongs to a network namespace.
void require_sysctl(const YamlEntry& entry) {
  const std::string& key = entry.key;
  const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  if (!plain || !key.starts_with("net.") || key.find("..") != std::string::npos ||
      key.ends_with('.'))
    throw Problem(entry.at, fmt::format("\"{}\" is not a sysctl of a host; write one that begins "
                                        "with net., such as net.ipv4.tcp_syncookies",
                                        key));
}

}  // namespace

json schema_of(const std::string& meaning, const std::vector<Key>& keys) {
  json properties = json::object();
  json required = json::array();
  for (const Key& key : keys) {
    properties[key.name] = key.schema();
    properties[key.name]["description"] = key.meaning;
    if (key.required) required.push_back(key.name);
  }
  json schema = {{"description", meaning},
                 {"type", required.empty() ? json{"object", "null"} : json("object")},
                 {"properties", properties},
                 {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

Type<std::string> text() { return {"a text", a_scalar, plain<std::string>(yaml::text_of)}; }

Type<Payload> payload() {
  return {"a text", a_scalar, plain<Payload>([](const YamlNode& node, std::string_view what) {
            const bool empty = node.kind == YamlNode::Kind::scalar && node.text.empty();
            return Payload{empty ? std::string() : text_of(node, what)};
          })};
}

Type<bool> flag() {
  return {"`true` or `false`",
          []() -> json {
            return {{"type", "boolean"}};
          },
          plain<bool>(yaml::bool_of)};
}

Type<std::int64_t> integer(std::int64_t least, std::int64_t most) {
  return {fmt::format("a number from {} to {}", least, most),
          []() -> json {
            return {{"type", {"integer", "string"}}};
          },
          plain<std::int64_t>([=](const YamlNode& node, std::string_view what) {
            return integer_of(node, what, least, most);
          })};
}

Type<std::chrono::milliseconds> duration() {
  return {"a time, such as `500ms` or `5s`",
          []() -> json {
            return {{"type", "string"}, {"pattern", "^[0-9]+(ms|s)$|\\$\\{"}};
          },
          plain<std::chrono::milliseconds>(yaml::duration_of)};
}

Type<int> errno_value() {
  return {"the name of an errno, or 0 for success", a_scalar,
          plain<int>([](const YamlNode& node, std::string_view) { return errno_of(node); })};
}

Type<std::string> choice(std::string what, std::vector<std::string> words) {
  return {fmt::format("`{}`", fmt::join(words, "`, `")),
          [=]() -> json {
            return {{"anyOf", {{{"enum", words}}, {{"type", "string"}, {"pattern", "\\$\\{"}}}}};
          },
          plain<std::string>([=](const YamlNode& node, std::string_view) {
            return choice_of(node, what, words);
          })};
}

Type<TcpState> state() {
  return {
      "a state of RFC 9293, such as `SYN-RECEIVED`", a_string,
      plain<TcpState>([](const YamlNode& node, std::string_view) { return parse_state(node); })};
}

Type<Family> family() {
  return one_of<Family>("family", {{"ipv4", Family::inet}, {"ipv6", Family::inet6}});
}

Type<std::map<std::string, std::string>> sysctls() {
  return {
      "a map, such as `{net.ipv4.tcp_syncookies: 0}`",
      []() -> json {
        return {{"type", "object"},
                {"propertyNames", {{"pattern", "^net\\."}}},
                {"additionalProperties", a_scalar()}};
      },
      plain<std::map<std::string, std::string>>([](const YamlNode& node, std::string_view what) {
        if (node.kind != YamlNode::Kind::map)
          throw Problem(node.at, fmt::format("{} must be a map; write "
                                             "{{net.ipv4.tcp_syncookies: 0}}",
                                             what));
        std::map<std::string, std::string> values;
        for (const YamlEntry& entry : node.entries) {
          require_sysctl(entry);
          values[entry.key] = text_of(entry.value, entry.key);
        }
        return values;
      })};
}

void read_bytes(Payload& data, const Fields& fields, std::int64_t most, bool needed) {
  const YamlNode* bytes = fields.find("bytes");
  const YamlNode* text = fields.find("data");
  if (bytes && text)
    throw Problem(bytes->at, "data has its own length; keep one of data and bytes");
  if (needed && !bytes && !text)
    throw Problem(fields.at(),
                  "there is nothing to send; write data: Hello, bytes: 2000 or data: "
                  "\"\"");
  if (bytes) data.fill = static_cast<std::size_t>(integer_of(*bytes, "bytes", 0, most));
}

Type<std::string> host() {
  return {"a host", a_string,
          [](const YamlNode& node, std::string_view, Names& names) { return names.host(node); }};
}

Type<std::vector<std::string>> hosts() {
  auto type = list(host(), true);
  const auto read = type.read;
  type.read = [read](const YamlNode& node, std::string_view what, Names& names) {
    std::set<std::string> seen;
    for (const YamlNode* each : one_or_list(node, what))
      if (!seen.insert(names.host(*each)).second)
        throw Problem(each->at, fmt::format("host \"{}\" occurs twice; keep one", each->text));
    return read(node, what, names);
  };
  return type;
}

Type<std::string> linked_host() {
  return {"a host with a link", a_string, [](const YamlNode& node, std::string_view, Names& names) {
            return names.linked_host(node);
          }};
}

Type<std::string> open_socket() {
  return {"an open socket", a_string, [](const YamlNode& node, std::string_view, Names& names) {
            names.open_socket(node);
            return node.text;
          }};
}

Type<std::string> any_socket() {
  return {"a socket, open or closed", a_string,
          [](const YamlNode& node, std::string_view, Names& names) {
            names.any_socket(node);
            return node.text;
          }};
}

Type<std::string> program() {
  return {"a program that runs in the background", a_string,
          [](const YamlNode& node, std::string_view, Names& names) { return names.program(node); }};
}

Type<std::string> new_name(std::string of_what) {
  return {"a new name: a letter, then letters, digits, `-` and `_`",
          []() -> json {
            return {{"type", "string"}, {"pattern", "^[A-Za-z][A-Za-z0-9_-]{0,31}$|\\$\\{"}};
          },
          plain<std::string>(
              [=](const YamlNode& node, std::string_view) { return name_of(node, of_what); })};
}

Type<Place> place(Port zero) {
  return {zero == Port::may_be_zero ? "a place; port 0: none, or chosen by the kernel" : "a place",
          []() -> json {
            return {{"type", "string"}, {"pattern", ":"}};
          },
          [=](const YamlNode& node, std::string_view, Names& names) {
            return names.place(node, zero == Port::may_be_zero);
          }};
}

Type<TcpFlags> flags() {
  return {"flags, such as `S.`", a_string,
          plain<TcpFlags>([](const YamlNode& node, std::string_view what) {
            return parse_flags(text_of(node, what), node.at);
          })};
}

Type<PathSegment> path_segment() {
  return {"a segment by its ends and flags: `FROM > TO FLAGS`", a_segment,
          [](const YamlNode& node, std::string_view, Names& names) {
            return parse_path_segment(node, names);
          }};
}

Type<ExpectedSegment> expected_segment() {
  return {"a segment: `FROM > TO FLAGS`, then more fields to compare", a_segment,
          [](const YamlNode& node, std::string_view, Names& names) {
            return parse_segment(node, names);
          }};
}

Type<InjectedSegment> injected_segment() {
  return {"a segment: `FROM > TO FLAGS`, then its numbers and options", a_segment,
          [](const YamlNode& node, std::string_view, Names& names) {
            return parse_injected_segment(node, names);
          }};
}

}  // namespace lab::language
