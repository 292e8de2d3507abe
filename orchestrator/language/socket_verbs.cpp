// SPDX-License-Identifier: MIT
//
// The verbs for socket calls, see tcp(7).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>

#include "language/errnos.hpp"
#include "language/types.hpp"
#include "language/verbs.hpp"
#include "util/error.hpp"

namespace lab::language {

using scenario::Accept;
using scenario::Bind;
using scenario::Close;
using scenario::Connect;
using scenario::Connected;
using scenario::Direction;
using scenario::Disconnect;
using scenario::GetOption;
using scenario::Info;
using scenario::Listen;
using scenario::OpenSocket;
using scenario::Receive;
using scenario::Send;
using scenario::SetOption;
using scenario::Shutdown;
using scenario::SocketSteps;
using scenario::Transfer;

namespace {

// The accepted socket is on the listener's host.
void add_accepted(Accept& accept, const Fields& fields, Names& names) {
  require_possible("accept()", accept.error, fields, names);
  SocketUse listener;
  bool any_listens = false;
  for (const YamlNode* node : one_or_list(fields.need("socket"), "socket")) {
    listener = names.any_socket(*node);
    any_listens |= listener.listening;
    if (accept.error == 0 && !listener.listening)
      throw Problem(fields.at(), fmt::format("\"{0}\" does not listen; write \"listen: {{socket: "
                                             "{0}}}\" above this step",
                                             node->text));
  }
  if (accept.error == EAGAIN && !any_listens)
    throw Problem(fields.at(),
                  "accept() of a socket that does not listen returns EINVAL, never "
                  "EAGAIN; write error: EINVAL, or listen: above this step");
  if (accept.error != 0) {
    if (const auto* winner = fields.find("winner"))
      throw Problem(winner->at, "accept must fail here, so there is no winner; remove \"winner\"");
    accept.name.clear();
    return;
  }
  names.add_socket(fields.need("name"), listener.host);
  if (!accept.winner.empty()) names.add_alias(*fields.find("winner"), listener);
}

std::string_view in_words(Direction direction) {
  return direction == Direction::read ? "read" : direction == Direction::write ? "write" : "both";
}

}  // namespace

template <>
Verb define<OpenSocket>() {
  return verb(
      MapType<OpenSocket>("socket",
                          "Opens a TCP socket in a host and names it. Later steps and "
                          "reports use the name. A name cannot be reused, even after the "
                          "socket is closed.")
          .need("host", host(), &OpenSocket::host, "server", "the host")
          .need("name", new_name("socket"), &OpenSocket::name, "srv", "its name")
          .may("family", family(), &OpenSocket::family, "ipv6",
               "its family; default: the run's. An IPv6 socket in a run over IPv4 uses v4-mapped "
               "addresses")
          .may("reuseaddr", flag(), &OpenSocket::reuseaddr, "true", "SO_REUSEADDR")
          .may("reuseport", flag(), &OpenSocket::reuseport, "true", "SO_REUSEPORT")
          .may("v6only", flag(), &OpenSocket::v6only, "true",
               "IPV6_V6ONLY; ignored for an IPv4 socket")
          .may("device", text(), &OpenSocket::device, "eth0", "SO_BINDTODEVICE")
          .may("error", errno_value(), &OpenSocket::error, "ENODEV",
               "the errno with which one of its options is refused; the name is not defined then")
          .rule([](OpenSocket& open, const Fields& fields, Names& names) {
            require_possible("socket()", open.error, fields, names);
            const bool options =
                open.reuseaddr || open.reuseport || open.v6only || !open.device.empty();
            if (open.error != 0 && !options)
              throw Problem(fields.at(),
                            "a socket without options is never refused; write "
                            "device: or another option, or remove error:");
            if (open.error == 0) names.add_socket(fields.need("name"), open.host);
          }),
      StepClass::prepares, about_host(&OpenSocket::host),
      [](const OpenSocket& open) {
        std::string words = fmt::format("open socket {} on {}", open.name, open.host);
        if (open.family) words += *open.family == Family::inet ? ", AF_INET" : ", AF_INET6";
        if (open.reuseaddr) words += ", SO_REUSEADDR";
        if (open.reuseport) words += ", SO_REUSEPORT";
        if (open.v6only) words += fmt::format(", IPV6_V6ONLY {}", *open.v6only ? "on" : "off");
        if (!open.device.empty()) words += fmt::format(", SO_BINDTODEVICE {}", open.device);
        return words + expecting(open.error);
      },
      {"socket()", &OpenSocket::error, false});
}

template <>
Verb define<Bind>() {
  return verb(MapType<Bind>("bind", "Binds a socket to a local address.")
                  .need("socket", any_socket(), &Bind::socket, "srv", "the socket")
                  .need("to", place(Port::may_be_zero), &Bind::to, "\"any:8888\"",
                        "address and port; with port 0 the kernel chooses")
                  .may("error", errno_value(), &Bind::error, "EADDRINUSE", "the expected errno")
                  .rule(possible<Bind>("bind()")),
              StepClass::prepares, about_socket(&Bind::socket),
              [](const Bind& bind) {
                return fmt::format("bind {} to {}{}", bind.socket, to_string(bind.to),
                                   expecting(bind.error));
              },
              {"bind()", &Bind::error});
}

template <>
Verb define<Listen>() {
  return verb(MapType<Listen>("listen", "Makes a socket listen for connections.")
                  .need("socket", any_socket(), &Listen::socket, "srv", "the socket")
                  // The kernel limits it to net.core.somaxconn, which is at most 65535.
                  .may("backlog", integer(0, 65535), &Listen::backlog, "8", "default: 1")
                  .may("error", errno_value(), &Listen::error, "EADDRINUSE", "the expected errno")
                  .rule([](Listen& listen, const Fields& fields, Names& names) {
                    require_possible("listen()", listen.error, fields, names);
                    if (listen.error == 0)
                      names.open_socket(fields.need("socket")).listening = true;
                  }),
              StepClass::acts, about_socket(&Listen::socket),
              [](const Listen& listen) {
                return fmt::format("listen on {}, backlog {}{}", listen.socket, listen.backlog,
                                   expecting(listen.error));
              },
              {"listen()", &Listen::error});
}

template <>
Verb define<Connect>() {
  return verb(
      MapType<Connect>("connect",
                       "Connects, and waits until the connection is established or has "
                       "failed; `error` is the outcome. With `wait: false` the step ends "
                       "at once, and `error` is the errno of connect(2) itself; default: "
                       "EINPROGRESS.")
          .need("socket", any_socket(), &Connect::socket, "cli", "the socket")
          .need("to", place(Port::never_zero), &Connect::to, "\"server:8888\"", "the destination")
          .may("wait", flag(), &Connect::wait, "false", "default: `true`")
          .may("error", errno_value(), &Connect::error, "ECONNREFUSED", "the expected errno")
          .declare("data", false, text(), "Hello",
                   "data to send with the SYN: sendto(2) with MSG_FASTOPEN; `\"\"`: the same call "
                   "without data")
          .rule([](Connect& connect, const Fields& fields, Names& names) {
            if (const YamlNode* data = fields.find("data")) {
              const bool empty = data->kind == YamlNode::Kind::scalar && data->text.empty();
              connect.data = empty ? "" : yaml::text_of(*data, "data");
              connect.fastopen = true;
            }
            if (!connect.wait && !fields.find("error")) connect.error = EINPROGRESS;
            require_possible("connect()", connect.error, fields, names);
            if (connect.wait && connect.error == EINPROGRESS)
              throw Problem(fields.at(),
                            "connect waits for the outcome, so it never ends with "
                            "EINPROGRESS; write wait: false");
            if (connect.error == EBADF) return;
            names.open_socket(fields.need("socket")).connecting =
                !connect.wait && connect.error == EINPROGRESS;
          }),
      StepClass::acts, about_socket(&Connect::socket),
      [](const Connect& connect) {
        return fmt::format("connect {} to {}{}{}", connect.socket, to_string(connect.to),
                           !connect.data.empty() ? fmt::format(" with {}", in_quotes(connect.data))
                           : connect.fastopen    ? " with MSG_FASTOPEN and no data"
                                                 : "",
                           connect.wait ? expecting(connect.error)
                           : connect.error == EINPROGRESS
                               ? " without waiting"
                               : " without waiting" + expecting(connect.error));
      },
      {"connect()", &Connect::error});
}

template <>
Verb define<Connected>() {
  return verb(
      MapType<Connected>("connected", "Waits for the outcome of a connect with `wait: false`.")
          .need("socket", any_socket(), &Connected::socket, "cli", "the socket")
          .may("error", errno_value(), &Connected::error, "ETIMEDOUT", "the expected errno")
          .rule([](Connected& connected, const Fields& fields, Names& names) {
            require_possible("connected", connected.error, fields, names);
            if (connected.error == EBADF) return;
            SocketUse& use = names.open_socket(fields.need("socket"));
            if (!use.connecting)
              throw Problem(fields.at(),
                            fmt::format("no connect of \"{}\" is pending; write \"connect: "
                                        "{{..., wait: false}}\" above this step",
                                        connected.socket));
            use.connecting = false;
          }),
      StepClass::acts, about_socket(&Connected::socket),
      [](const Connected& connected) {
        return fmt::format("wait for the outcome of {}'s connect{}", connected.socket,
                           expecting(connected.error));
      },
      {"connect()", &Connected::error});
}

template <>
Verb define<Disconnect>() {
  return verb(MapType<Disconnect>("disconnect",
                                  "Returns a socket to CLOSED by connect(2) to "
                                  "AF_UNSPEC. It can connect again.")
                  .need("socket", any_socket(), &Disconnect::socket, "cli", "the socket")
                  .may("error", errno_value(), &Disconnect::error, "EINVAL", "the expected errno")
                  .rule([](Disconnect& disconnect, const Fields& fields, Names& names) {
                    require_possible("disconnect", disconnect.error, fields, names);
                    if (disconnect.error == EBADF) return;
                    names.open_socket(fields.need("socket")).connecting = false;
                  }),
              StepClass::acts, about_socket(&Disconnect::socket),
              [](const Disconnect& disconnect) {
                return fmt::format("connect {} to AF_UNSPEC{}", disconnect.socket,
                                   expecting(disconnect.error));
              },
              {"connect(AF_UNSPEC)", &Disconnect::error});
}

template <>
Verb define<Accept>() {
  return verb(
      MapType<Accept>("accept",
                      "Waits for a connection and names the new socket, which is on "
                      "the listener's host.")
          .need("socket", list(any_socket(), true), &Accept::sockets, "srv",
                "the listener, or several, one of which gets the connection")
          .may("name", new_name("socket"), &Accept::name, "conn",
               "the name of the new socket; needed unless there is an `error`")
          .may("winner", new_name("socket"), &Accept::winner, "chosen",
               "a second name for the listener that got it")
          .may("error", errno_value(), &Accept::error, "EINVAL",
               "the expected errno; EAGAIN: there is no connection now")
          .rule(add_accepted),
      StepClass::acts,
      [](const Accept& accept) {
        return StepNames{{}, {accept.sockets.front()}, {}};
      },
      [](const Accept& accept) {
        const std::string name = accept.error == 0 ? accept.name + " " : "";
        return fmt::format("accept {}from {}{}", name, fmt::join(accept.sockets, " or "),
                           expecting(accept.error));
      },
      {"accept()", &Accept::error});
}

template <>
Verb define<Shutdown>() {
  return verb(MapType<Shutdown>("shutdown", "Ends one direction of a connection, or both.")
                  .need("socket", any_socket(), &Shutdown::socket, "cli", "the socket")
                  .may("how",
                       one_of<Direction>("direction", {{"read", Direction::read},
                                                       {"write", Direction::write},
                                                       {"both", Direction::both}}),
                       &Shutdown::how, "write", "default: `write`, which sends FIN")
                  .may("error", errno_value(), &Shutdown::error, "ENOTCONN", "the expected errno")
                  .rule(possible<Shutdown>("shutdown()")),
              StepClass::acts, about_socket(&Shutdown::socket),
              [](const Shutdown& shutdown) {
                return fmt::format("shut {} down, {}{}", shutdown.socket, in_words(shutdown.how),
                                   expecting(shutdown.error));
              },
              {"shutdown()", &Shutdown::error});
}

template <>
Verb define<Close>() {
  return verb(
      MapType<Close>("close", "Closes a socket.")
          .need("socket", any_socket(), &Close::socket, "cli", "the socket")
          .may("abort", flag(), &Close::abort, "true", "send RST instead of FIN: SO_LINGER with 0")
          .may("error", errno_value(), &Close::error, "EBADF",
               "the expected errno; EBADF: it is closed already")
          .rule([](Close& close, const Fields& fields, Names& names) {
            require_possible("close()", close.error, fields, names);
            if (close.error != EBADF) names.open_socket(fields.need("socket")).closed = true;
          }),
      StepClass::acts, about_socket(&Close::socket),
      [](const Close& close) {
        return fmt::format("{} {}{}", close.abort ? "abort" : "close", close.socket,
                           expecting(close.error));
      },
      {"close()", &Close::error, false});
}

// In socket_data_verbs.cpp.
template <>
Verb define<SetOption>();
template <>
Verb define<GetOption>();
template <>
Verb define<Send>();
template <>
Verb define<Receive>();
template <>
Verb define<Transfer>();
template <>
Verb define<Info>();

VerbGroup socket_verbs() { return group("Sockets", SocketSteps{}); }

}  // namespace lab::language
