// SPDX-License-Identifier: MIT
#include "diagram/topology_graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lab::diagram {
namespace {

// A box: name, roles, one line per interface.
std::vector<std::string> box_of(const Topology::Host& host) {
  std::vector<std::string> lines = lines_of(host);
  if (!host.roles.empty()) lines.insert(lines.begin(), roles_of(host));
  lines.insert(lines.begin(), host.name);
  return lines;
}

// A line for double quotes. In a label, a backslash begins an escape of dot ("\N": the node's
// name).
std::string dot_text(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted;
}

// Entities are written as in HTML, with # instead of &.
std::string mermaid_text(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (std::string_view("\"#&<>").find(c) != std::string_view::npos)
      quoted += fmt::format("#{};", static_cast<int>(c));
    else
      quoted += c == '\n' ? ' ' : c;
  }
  return quoted;
}

template <typename Quote>
std::string joined(std::vector<std::string> lines, std::string_view between, Quote quote) {
  for (std::string& line : lines) line = quote(line);
  return fmt::format("{}", fmt::join(lines, between));
}

}  // namespace

std::string topology_dot(const Topology& topology) {
  std::string text = fmt::format("graph \"{}\" {{\n", dot_text(topology.name));
  text += "  graph [rankdir=LR, nodesep=0.4, ranksep=1.4];\n";
  text += "  node [shape=box, style=rounded, fontname=monospace];\n";
  text += "  edge [fontname=monospace, fontsize=10];\n";
  // Left-justified: each line ends with "\l".
  for (const Topology::Host& host : topology.hosts)
    text += fmt::format("  \"{}\" [label=\"{}\\l\"];\n", dot_text(host.name),
                        joined(box_of(host), "\\l", dot_text));
  for (const Topology::Link& link : topology.links) {
    const auto& [one, other] = link.ends;
    text += fmt::format("  \"{}\" -- \"{}\" [taillabel=\"{}\", headlabel=\"{}\", label=\"{}\"];\n",
                        dot_text(topology.hosts[one.host].name),
                        dot_text(topology.hosts[other.host].name), dot_text(one.device),
                        dot_text(other.device), dot_text(link.properties));
  }
  return text + "}\n";
}

std::string topology_mermaid(const Topology& topology) {
  std::string text = "flowchart LR\n";
  // By number, because a name such as "end" may be a keyword.
  for (std::size_t host = 0; host < topology.hosts.size(); ++host)
    text += fmt::format("  h{}[\"{}\"]\n", host,
                        joined(box_of(topology.hosts[host]), "<br/>", mermaid_text));
  for (const Topology::Link& link : topology.links) {
    const auto& [one, other] = link.ends;
    std::string label =
        fmt::format("{} – {}", mermaid_text(one.device), mermaid_text(other.device));
    if (!link.properties.empty()) label += "<br/>" + mermaid_text(link.properties);
    text += fmt::format("  h{} ---|\"{}\"| h{}\n", one.host, label, other.host);
  }
  return text;
}

}  // namespace lab::diagram
