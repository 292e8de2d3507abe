// SPDX-License-Identifier: MIT
#include "language/errnos.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <map>

#include "util/error.hpp"

namespace lab::language {
namespace {

using Errnos = std::vector<int>;

// What a connection may end with: a RST, a timer, an ICMP error (icmp_err_convert[],
// tab_unreach[]).
constexpr std::initializer_list<int> of_connection = {
    ECONNREFUSED, ECONNRESET,  ECONNABORTED, ETIMEDOUT, EPIPE,
    EHOSTUNREACH, ENETUNREACH, EHOSTDOWN,    ENETDOWN,  ENONET,
    ENOPROTOOPT,  EOPNOTSUPP,  EPROTO,       EMSGSIZE,  EACCES};

Errnos with(std::initializer_list<int> more, bool connection = false) {
  Errnos errnos(more);
  if (connection) errnos.insert(errnos.end(), of_connection);
  errnos.push_back(EBADF);
  errnos.push_back(EPERM);
  return errnos;
}

// Of a step that takes no closed socket.
Errnos of_open_socket(std::initializer_list<int> more) {
  Errnos errnos = with(more, true);
  std::erase(errnos, EBADF);
  return errnos;
}

const std::map<std::string_view, Errnos>& all() {
  static const std::map<std::string_view, Errnos> calls = {
      {"socket()", {ENODEV, EINVAL, ENOPROTOOPT, EPERM}},
      {"setsockopt()",
       with({EINVAL, ENOPROTOOPT, EBUSY, EDOM, ERANGE, EISCONN, ENOTCONN, ENOENT, EEXIST, ENOMEM,
             EOPNOTSUPP, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EALREADY, EFAULT})},
      {"getsockopt()", with({EINVAL, ENOPROTOOPT, ENOTCONN, EOPNOTSUPP, EFAULT})},
      {"bind()", with({EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL, ENODEV, EAFNOSUPPORT, ENOMEM})},
      {"listen()", with({EADDRINUSE, EADDRNOTAVAIL, EINVAL, EOPNOTSUPP, ENOMEM})},
      {"connect()", with({EINPROGRESS, EALREADY, EISCONN, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT,
                          EINVAL, EAGAIN, ENODEV, ENOMEM, ENOBUFS},
                         true)},
      {"connected", with({EADDRNOTAVAIL, EINVAL, ENOMEM, ENOBUFS}, true)},
      {"disconnect", with({EINVAL, EBUSY, EISCONN})},
      {"accept()", with({EAGAIN, EINVAL, EMFILE, ENFILE, ENOMEM, ENOBUFS, ECONNABORTED})},
      // EINPROGRESS and EALREADY: with TCP_FASTOPEN_CONNECT, send(2) sends the SYN. A socket
      // without a connection returns EPIPE, not ENOTCONN (tcp_sendmsg_locked()).
      {"send()", with({EAGAIN, EINVAL, EALREADY, EINPROGRESS, ENOMEM, ENOBUFS}, true)},
      {"recv()", with({EAGAIN, ENOTCONN, EINVAL, ENOMEM}, true)},
      {"transfer", of_open_socket({ENOTCONN})},
      {"shutdown()", with({ENOTCONN, EINVAL})},
      {"close()", {EBADF}},
  };
  return calls;
}

std::string in_words(const Errnos& errnos) {
  std::vector<std::string> words;
  for (const int error : errnos) words.push_back(errno_name(error));
  std::ranges::sort(words);
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

const std::vector<int>& errnos_of(std::string_view call) { return all().at(call); }

void require_possible(std::string_view call, int error, const Fields& fields, Names& names) {
  const YamlNode* stated = fields.find("error");
  const YamlNode* socket = fields.find("socket");
  const Errnos& known = errnos_of(call);
  if (stated && error != 0 && std::ranges::find(known, error) == known.end()) {
    throw Problem(stated->at, fmt::format("{} never returns {}; it can return {}", call,
                                          errno_name(error), in_words(known)));
  }
  if (!socket) return;
  for (const YamlNode* each : yaml::one_or_list(*socket, "socket")) {
    if (error != EBADF)
      names.open_socket(*each);  // throws if it is closed
    else if (!names.any_socket(*each).closed)
      throw Problem(stated->at, fmt::format("socket \"{0}\" is open here, so {1} does not return "
                                            "EBADF; write \"close: {{socket: {0}}}\" above this "
                                            "step",
                                            each->text, call));
  }
}

}  // namespace lab::language
