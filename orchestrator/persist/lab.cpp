// SPDX-License-Identifier: MIT
#include "persist/lab.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "persist/new_file.hpp"
#include "util/error.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"

namespace lab::persist {

namespace fs = std::filesystem;
using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Process, pid, start)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostState, name, netns, inode, addresses)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SocketState, name, host, cookie, local, remote)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ProgramState, name, host, command)

namespace {

constexpr std::string_view suffix = ".json";

Lab lab_from(const json& from) {
  if (from.at("schema").get<int>() != state_schema)
    throw EnvironmentError(fmt::format("it has schema {}, this program reads schema {}",
                                       from.at("schema").get<int>(), state_schema));
  Lab lab;
  from.at("name").get_to(lab.name);
  from.at("scenario").get_to(lab.scenario);
  from.at("file").get_to(lab.file);
  from.at("variant").get_to(lab.variant);
  from.at("family").get_to(lab.family);
  from.at("verdict").get_to(lab.verdict);
  from.at("made").get_to(lab.made);
  from.at("boot").get_to(lab.boot);
  from.at("keeper").get_to(lab.keeper);
  from.at("hosts").get_to(lab.hosts);
  from.at("links").get_to(lab.links);
  from.at("sockets").get_to(lab.sockets);
  from.at("programs").get_to(lab.programs);
  for (const HostState& host : lab.hosts) {
    require_path_component(host.name, "host");
    require_path_component(host.netns, "network namespace");
  }
  return lab;
}

StateFile read_state(const fs::path& path) {
  StateFile file{path.stem().string(), std::nullopt, ""};
  try {
    file.lab = lab_from(json::parse(read_file(path.string())));
  } catch (const std::exception& error) {  // nlohmann's, and ours
    file.why_not = fmt::format("{}: {}", path.string(), error.what());
  }
  return file;
}

}  // namespace

const HostState* Lab::host(std::string_view host_name) const {
  const auto found = std::ranges::find(hosts, host_name, &HostState::name);
  return found == hosts.end() ? nullptr : &*found;
}

void to_json(json& into, const Lab& lab) {
  into = json{{"schema", state_schema}, {"name", lab.name},        {"scenario", lab.scenario},
              {"file", lab.file},       {"variant", lab.variant},  {"family", lab.family},
              {"verdict", lab.verdict}, {"made", lab.made},        {"boot", lab.boot},
              {"keeper", lab.keeper},   {"hosts", lab.hosts},      {"links", lab.links},
              {"sockets", lab.sockets}, {"programs", lab.programs}};
}

void require_lab_name(std::string_view name) {
  constexpr std::size_t longest = 60;
  const auto alphanumeric = [](unsigned char c) { return c < 0x80 && std::isalnum(c); };
  const bool good = !name.empty() && name.size() <= longest &&
                    alphanumeric(static_cast<unsigned char>(name.front())) &&
                    std::ranges::all_of(name, [&](unsigned char c) {
                      return alphanumeric(c) || c == '_' || c == '.' || c == '-';
                    });
  if (!good)
    throw UsageError(fmt::format(
        "{} cannot be a lab's name: use at most {} letters, digits and _ . - , beginning with a "
        "letter or a digit",
        in_quotes(name), longest));
}

std::string netns_name(std::string_view lab, std::string_view host) {
  return fmt::format("lab-{}-{}", lab, host);
}

std::string state_path(const Place& place, std::string_view lab) {
  return path_in(place.states, fmt::format("{}{}", lab, suffix), "lab");
}

void write_state(const Place& place, const Lab& lab) {
  if (::mkdir(place.states.c_str(), 0755) != 0 && errno != EEXIST)
    throw_errno("mkdir", place.states);
  if (!make_file(place.states, lab.name + std::string(suffix), json(lab).dump(2) + "\n"))
    throw UsageError(fmt::format(
        "lab {} already exists: `orchestrator clean {}` removes it, --keep=NAME keeps this one "
        "under another name",
        lab.name, lab.name));
}

std::vector<StateFile> read_states(const Place& place) {
  std::vector<StateFile> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(place.states, none))
    if (entry.path().extension() == suffix) files.push_back(read_state(entry.path()));
  std::ranges::sort(files, {}, &StateFile::name);
  return files;
}

}  // namespace lab::persist
