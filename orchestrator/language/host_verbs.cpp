// SPDX-License-Identifier: MIT
//
// The verbs that act on hosts and their links.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "language/types.hpp"
#include "language/verbs.hpp"

namespace lab::language {

using scenario::Hold;
using scenario::HostSteps;
using scenario::Mark;
using scenario::Nftables;
using scenario::Ping;
using scenario::Release;
using scenario::SetLink;
using scenario::Sysctl;

template <>
Verb define<Ping>() {
  return verb(MapType<Ping>("ping",
                            "Sends one ICMP echo, which must be answered, to check that the "
                            "host is reachable.")
                  .need("from", host(), &Ping::from, "client", "the sender")
                  .need("to", host(), &Ping::to, "server", "the host that answers"),
              StepClass::acts, about_host(&Ping::from),
              [](const Ping& ping) { return fmt::format("ping {} from {}", ping.to, ping.from); },
              {"ping"});
}

template <>
Verb define<Nftables>() {
  return verb(
      MapType<Nftables>("nftables",
                        "Adds rules to a host's firewall, in the language of nft(8). "
                        "`$client` is the address of host client, `$client_eth1` that of "
                        "its interface eth1.")
          .need("host", host(), &Nftables::host, "server", "the host")
          .may("rules", text(), &Nftables::rules, "\"table inet filter { ... }\"", "the ruleset")
          .may("flush", flag(), &Nftables::flush, "true",
               "instead of `rules`: removes all rules that the scenario has added")
          .rule([](Nftables& nftables, const Fields& fields, Names&) {
            if (nftables.rules.empty() != nftables.flush)
              throw Problem(fields.at(),
                            "nftables needs one of two keys: write rules: or flush: true");
          }),
      StepClass::prepares, about_host(&Nftables::host),
      [](const Nftables& nftables) {
        return nftables.flush ? fmt::format("flush the firewall of {}", nftables.host)
                              : fmt::format("add rules to the firewall of {}", nftables.host);
      },
      succeeds_silently<Nftables>("nft"));
}

template <>
Verb define<Sysctl>() {
  return verb(
      MapType<Sysctl>("sysctl", "Sets sysctls of a host during the run.")
          .need("host", host(), &Sysctl::host, "server", "the host")
          .need("set", sysctls(), &Sysctl::set, "{net.ipv4.tcp_syncookies: 2}",
                "names that begin with `net.`, and values"),
      StepClass::prepares, about_host(&Sysctl::host),
      [](const Sysctl& sysctl) {
        std::vector<std::string> words;
        for (const auto& [key, value] : sysctl.set)
          words.push_back(fmt::format("{}={}", key, value));
        return fmt::format("sysctl on {}: {}", sysctl.host, fmt::join(words, ", "));
      },
      succeeds_silently<Sysctl>("the sysctl"));
}

template <>
Verb define<SetLink>() {
  return verb(
      MapType<SetLink>("link", "Sets one end of a link up or down.")
          .need("host", linked_host(), &SetLink::host, "server", "the host")
          .need("device", text(), &SetLink::device, "eth0", "its interface")
          .need("state", one_of<bool>("state", {{"up", true}, {"down", false}}), &SetLink::up,
                "down", "the new state")
          .rule([](SetLink& link, const Fields& fields, Names& names) {
            names.require_device(link.host, fields.need("device"));
          }),
      StepClass::acts, about_host(&SetLink::host),
      [](const SetLink& link) {
        return fmt::format("set {}:{} {}", link.host, link.device, link.up ? "up" : "down");
      },
      succeeds_silently<SetLink>("the link"));
}

template <>
Verb define<Hold>() {
  return verb(
      MapType<Hold>("hold",
                    "Holds everything that a host sends on its links. It makes packets "
                    "cross each other reliably, without depending on timing.")
          .need("host", linked_host(), &Hold::host, "a", "the sender")
          .rule([](Hold& hold, const Fields& fields, Names& names) {
            names.hold(hold.host, fields.at());
          }),
      StepClass::acts, about_host(&Hold::host),
      [](const Hold& hold) { return fmt::format("hold what {} sends", hold.host); },
      succeeds_silently<Hold>("hold"));
}

template <>
Verb define<Mark>() {
  return verb(
      MapType<Mark>("mark", "Marks what is held now.")
          .need("host", linked_host(), &Mark::host, "a", "the host that holds")
          .rule([](Mark& mark, const Fields& fields, Names& names) {
            names.mark(mark.host, fields.at());
          }),
      StepClass::prepares, about_host(&Mark::host),
      [](const Mark& mark) { return fmt::format("mark what {} holds so far", mark.host); },
      succeeds_silently<Mark>("mark"));
}

template <>
Verb define<Release>() {
  return verb(
      MapType<Release>("release",
                       "Releases everything that is held, and ends the hold. With "
                       "`until: mark`, releases only what was held before the mark, and "
                       "keeps holding.")
          .need("host", linked_host(), &Release::host, "a", "the host that holds")
          .may("until", one_of<bool>("until", {{"mark", true}}), &Release::until_mark, "mark",
               "only what was held before the mark")
          .rule([](Release& release, const Fields& fields, Names& names) {
            names.release(release.host, release.until_mark, fields.at());
          }),
      StepClass::acts, about_host(&Release::host),
      [](const Release& release) {
        return release.until_mark
                   ? fmt::format("release what {} holds up to the mark", release.host)
                   : fmt::format("release all that {} holds", release.host);
      },
      succeeds_silently<Release>("release"));
}

VerbGroup host_verbs() { return group("Hosts and links", HostSteps{}); }

}  // namespace lab::language
