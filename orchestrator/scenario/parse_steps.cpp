// SPDX-License-Identifier: MIT
//
// The verbs that do something. Those that state what is to be seen are in
// parse_expectations.cpp.
#include <fmt/format.h>

#include <cerrno>
#include <map>

#include "scenario/fields.hpp"
#include "scenario/parse_parts.hpp"

namespace lab::scenario {
namespace {

Action parse_socket(const YamlNode& node, Names& names) {
  const Fields fields(node, "socket",
                      {{"name", "srv"},
                       {"host", "server"},
                       {"reuseaddr", "true"},
                       {"reuseport", "true"},
                       {"v6only", "true"},
                       {"device", "eth0"}});
  OpenSocket open;
  open.host = names.host(fields.need("host"));
  open.name = names.add_socket(fields.need("name"), open.host);
  if (const auto* value = fields.find("reuseaddr")) open.reuseaddr = bool_of(*value, "reuseaddr");
  if (const auto* value = fields.find("reuseport")) open.reuseport = bool_of(*value, "reuseport");
  if (const auto* value = fields.find("v6only")) open.v6only = bool_of(*value, "v6only");
  if (const auto* value = fields.find("device")) open.device = text_of(*value, "device");
  return open;
}

Action parse_bind(const YamlNode& node, Names& names) {
  const Fields fields(node, "bind",
                      {{"socket", "srv"}, {"to", "\"any:8888\""}, {"error", "EADDRINUSE"}});
  names.open_socket(fields.need("socket"));
  Bind bind{fields.need("socket").text, names.place(fields.need("to"), true), 0};
  if (const auto* error = fields.find("error")) bind.error = errno_of(*error);
  return bind;
}

Action parse_listen(const YamlNode& node, Names& names) {
  const Fields fields(node, "listen",
                      {{"socket", "srv"}, {"backlog", "1"}, {"error", "EADDRINUSE"}});
  SocketUse& use = names.open_socket(fields.need("socket"));
  Listen listen{fields.need("socket").text, 1, 0};
  // The kernel cuts it down to net.core.somaxconn; 65535 is what that can hold.
  if (const auto* value = fields.find("backlog"))
    listen.backlog = static_cast<int>(integer_of(*value, "backlog", 0, 65535));
  if (const auto* error = fields.find("error")) listen.error = errno_of(*error);
  if (listen.error == 0) use.listening = true;
  return listen;
}

Action parse_connect(const YamlNode& node, Names& names) {
  const Fields fields(
      node, "connect",
      {{"socket", "cli"}, {"to", "\"server:8888\""}, {"wait", "false"}, {"error", "ECONNREFUSED"}});
  SocketUse& use = names.open_socket(fields.need("socket"));
  Connect connect{fields.need("socket").text, names.place(fields.need("to"), false), true, 0, ""};
  if (const auto* wait = fields.find("wait")) connect.wait = bool_of(*wait, "wait");
  if (!connect.wait) connect.error = EINPROGRESS;
  if (const auto* error = fields.find("error")) connect.error = errno_of(*error);
  use.connecting = !connect.wait && connect.error == EINPROGRESS;
  return connect;
}

Action parse_connected(const YamlNode& node, Names& names) {
  const Fields fields(node, "connected", {{"socket", "cli"}, {"error", "ECONNREFUSED"}});
  SocketUse& use = names.open_socket(fields.need("socket"));
  if (!use.connecting)
    throw Problem(fields.at(), fmt::format("no connect of \"{}\" is under way; write \"connect: "
                                           "{{..., wait: false}}\" above this step",
                                           fields.need("socket").text));
  use.connecting = false;
  Connected connected{fields.need("socket").text, 0};
  if (const auto* error = fields.find("error")) connected.error = errno_of(*error);
  return connected;
}

Action parse_accept(const YamlNode& node, Names& names) {
  const Fields fields(node, "accept", {{"socket", "srv"}, {"name", "conn"}});
  const SocketUse listener = names.open_socket(fields.need("socket"));
  if (!listener.listening)
    throw Problem(fields.at(), fmt::format("\"{0}\" does not listen; write \"listen: {{socket: "
                                           "{0}}}\" above this step",
                                           fields.need("socket").text));
  return Accept{{fields.need("socket").text}, names.add_socket(fields.need("name"), listener.host), ""};
}

Action parse_send(const YamlNode& node, Names& names) {
  const Fields fields(node, "send", {{"socket", "cli"}, {"data", "Hello"}});
  names.open_socket(fields.need("socket"));
  return Send{fields.need("socket").text, text_of(fields.need("data"), "data"), true, 0};
}

Action parse_receive(const YamlNode& node, Names& names) {
  const Fields fields(node, "receive", {{"socket", "srv"}, {"data", "Hello"}});
  names.open_socket(fields.need("socket"));
  return Receive{fields.need("socket").text, text_of(fields.need("data"), "data"), false, 0};
}

Action parse_close(const YamlNode& node, Names& names) {
  const Fields fields(node, "close", {{"socket", "cli"}});
  names.open_socket(fields.need("socket")).closed = true;
  return Close{fields.need("socket").text, false};
}

Action parse_ping(const YamlNode& node, Names& names) {
  const Fields fields(node, "ping", {{"from", "client"}, {"to", "server"}});
  return Ping{names.host(fields.need("from")), names.host(fields.need("to"))};
}

Action parse_hold(const YamlNode& node, Names& names) {
  const Fields fields(node, "hold", {{"host", "a"}});
  Hold hold{names.linked_host(fields.need("host"))};
  names.hold(hold.host, fields.at());
  return hold;
}

Action parse_mark(const YamlNode& node, Names& names) {
  const Fields fields(node, "mark", {{"host", "a"}});
  Mark mark{names.linked_host(fields.need("host"))};
  names.mark(mark.host, fields.at());
  return mark;
}

Action parse_release(const YamlNode& node, Names& names) {
  const Fields fields(node, "release", {{"host", "a"}, {"until", "mark"}});
  Release release{names.linked_host(fields.need("host")), false};
  if (const auto* until = fields.find("until"))
    release.until_mark = choice_of(*until, "until", {"mark"}) == "mark";
  names.release(release.host, release.until_mark, fields.at());
  return release;
}

Action parse_no_retransmission(const YamlNode& node, Names&) {
  Fields(node, "no-retransmission", {});
  return NoRetransmission{};
}

using Reader = Action (*)(const YamlNode&, Names&);

const std::vector<std::pair<std::string, Reader>>& verbs() {
  static const std::vector<std::pair<std::string, Reader>> all = {
      {"socket", parse_socket},
      {"bind", parse_bind},
      {"listen", parse_listen},
      {"connect", parse_connect},
      {"connected", parse_connected},
      {"accept", parse_accept},
      {"send", parse_send},
      {"receive", parse_receive},
      {"close", parse_close},
      {"ping", parse_ping},
      {"hold", parse_hold},
      {"mark", parse_mark},
      {"release", parse_release},
      {"tables", parse_tables},
      {"lookup", parse_lookup},
      {"packets", parse_packets},
      {"path", parse_path},
      {"no-retransmission", parse_no_retransmission},
  };
  return all;
}

Reader reader_of(const YamlEntry& entry) {
  std::vector<std::string> known;
  for (const auto& [verb, reader] : verbs()) {
    if (verb == entry.key) return reader;
    known.push_back(verb);
  }
  throw Problem(entry.at, fmt::format("there is no verb {}", unknown(entry.key, known)));
}

}  // namespace

Step parse_step(const YamlNode& node, Names& names) {
  if (node.kind != YamlNode::Kind::map)
    throw Problem(node.at, "a step must be a map with one verb; write \"- listen: {socket: srv}\"");
  const YamlEntry* verb = nullptr;
  Step step;
  step.at = node.at;
  for (const YamlEntry& entry : node.entries) {
    if (entry.key == "note") {
      step.note = text_of(entry.value, "note");
      continue;
    }
    reader_of(entry);  // an unknown word first, before it counts as a second verb
    if (verb)
      throw Problem(entry.at, fmt::format("this step has two verbs, \"{}\" and \"{}\"; write them "
                                          "as two steps",
                                          verb->key, entry.key));
    verb = &entry;
  }
  if (!verb)
    throw Problem(node.at, "this step has no verb; write one, as \"listen: {socket: srv}\"");
  step.action = reader_of(*verb)(verb->value, names);
  return step;
}

}  // namespace lab::scenario
