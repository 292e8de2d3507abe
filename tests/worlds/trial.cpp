// SPDX-License-Identifier: MIT
#include "worlds/trial.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "util/error.hpp"

namespace lab::worlds {
namespace {

void try_connect(const World& world, Tried& tried) {
  Machine machine;
  build(world, machine);
  std::vector<Verdict> verdicts{ask(world, machine, View::sender)};
  if (!world.question.is_local()) verdicts.push_back(ask(world, machine, View::receiver));
  const Happened happened = attempt(world, machine);
  for (Verdict& verdict : verdicts) tried.all.push_back({std::move(verdict), happened, ""});
}

void try_probe(const World& world, View view, Tried& tried) {
  Machine machine;
  build(world, machine);
  Happened happened;
  Verdict verdict = probe(world, machine, view, happened);
  tried.all.push_back({std::move(verdict), std::move(happened), ""});
}

// What the kernel, or ip(8) and nft for it, say of what this kernel does not have.
bool tells_of_a_lack(const EnvironmentError& error) {
  if (const auto* system = dynamic_cast<const SystemError*>(&error)) {
    const std::array all{EOPNOTSUPP, EPROTONOSUPPORT, EAFNOSUPPORT, ENOPROTOOPT, ENOENT};
    return std::ranges::find(all, system->error()) != all.end();
  }
  const std::string_view text = error.what();
  const std::array all{"not supported", "Unknown device type", "No such file or directory"};
  return std::ranges::any_of(
      all, [&](const char* each) { return text.find(each) != std::string_view::npos; });
}

bool fails(const World& world, View view) {
  const Tried tried = try_world(world);
  return std::ranges::any_of(tried.all, [&](const Tried::One& one) {
    return one.verdict.view == view && one.verdict.certain && one.wrong.size() > 1;
  });
}

}  // namespace

const Tried::One* Tried::failure() const {
  const auto found = std::ranges::find_if(
      all, [](const One& one) { return one.verdict.certain && one.wrong.size() > 1; });
  return found == all.end() ? nullptr : &*found;
}

Tried try_world(const World& world) {
  Tried tried;
  try {
    try_connect(world, tried);
    // Asked from one end or the other, by the seed.
    const bool by_receiver = !world.question.is_local() && world.seed % 2 == 0;
    try_probe(world, by_receiver ? View::probe_by_receiver : View::probe_by_sender, tried);
  } catch (const EnvironmentError& error) {
    tried.impossible = error.what();
    tried.lacking = tells_of_a_lack(error);
    tried.all.clear();
  }
  for (Tried::One& one : tried.all)
    if (one.verdict.asked) one.wrong = wrong(world, one.verdict, one.happened);
  return tried;
}

// Delta debugging (Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002):
// without ever smaller parts, until no single element can be left out.
World shrunk(const World& world, View view) {
  World smallest = world;
  for (std::size_t part = std::max<std::size_t>(1, smallest.elements.size() / 2); part > 0;) {
    bool smaller = false;
    for (std::size_t at = 0; at < smallest.elements.size();) {
      World candidate = smallest;
      const auto first = candidate.elements.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = std::min(part, candidate.elements.size() - at);
      candidate.elements.erase(first, first + static_cast<std::ptrdiff_t>(count));
      if (fails(candidate, view)) {
        smallest = std::move(candidate);
        smaller = true;
      } else {
        at += part;
      }
    }
    if (!smaller || part > 1) part /= 2;
  }
  return smallest;
}

}  // namespace lab::worlds
