// SPDX-License-Identifier: MIT
//
// The sender is here, and its user may not have the source port that was asked about.
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "explain/words.hpp"

namespace lab::explain {

// __inet_bind(), __inet6_bind(): before they look for who has the port.
std::optional<Conclusion> source_port_is_privileged(const Facts& facts) {
  const Question& question = facts.question;
  const int first = facts.sysctls.ip_unprivileged_port_start.value_or(0);
  if (!facts.arrival.local_sender || !question.source || question.port_is_assumed ||
      question.uid.value_or(0) == 0 || question.source->port == 0 || question.source->port >= first)
    return std::nullopt;
  return Conclusion{
      "source-port-privileged",
      Answer::not_sent,
      fmt::format("uid {}, without CAP_NET_BIND_SERVICE, may not have source port {}, which is "
                  "below net.ipv4.ip_unprivileged_port_start ({}): bind() fails with EACCES, and "
                  "there is no connect()",
                  *question.uid, question.source->port, first),
      fmt::format("take a source port of {} or above, or let all users have lower ones", first),
      {sysctl_command("net/ipv4/ip_unprivileged_port_start",
                      std::to_string(question.source->port))},
      EACCES};
}

}  // namespace lab::explain
