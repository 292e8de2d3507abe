// SPDX-License-Identifier: MIT
//
// Elements that are a line of configuration: ip(8), sysctl(8), nft(8).
#pragma once

#include <utility>

#include "worlds/world.hpp"

namespace lab::worlds {

// "route add blackhole 10.0.0.2": what ip(8) takes.
class Ip : public Element {
 public:
  Ip(Host host, std::string words, Phase phase = Phase::after_sockets)
      : Element(phase), host_(host), words_(std::move(words)) {}
  void apply(Machine& machine) const override;
  std::string script() const override;

 private:
  Host host_;
  std::string words_;
};

// Named as under /proc/sys.
class Sysctl : public Element {
 public:
  Sysctl(Host host, std::string name, std::string value, Phase phase = Phase::after_sockets)
      : Element(phase), host_(host), name_(std::move(name)), value_(std::move(value)) {}
  void apply(Machine& machine) const override;
  std::string script() const override;

 private:
  Host host_;
  std::string name_, value_;
};

// A table of nft(8). A rule that drops or rejects has the comment "refuses" and a counter, one
// that sends a segment elsewhere "redirects": they show what really happened.
class Nft : public Element {
 public:
  Nft(Host host, std::string commands)
      : Element(Phase::after_sockets), host_(host), commands_(std::move(commands)) {}
  void apply(Machine& machine) const override;
  std::string script() const override;

 private:
  Host host_;
  std::string commands_;
};

}  // namespace lab::worlds
