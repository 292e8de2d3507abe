// SPDX-License-Identifier: MIT
//
// The verbs for socket calls, see tcp(7).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>

#include "scenario/types.hpp"
#include "scenario/verbs.hpp"
#include "util/error.hpp"

namespace lab::scenario {
namespace {

// The value of SO_ERROR is an errno, that of any other option a number.
std::int64_t option_value(const YamlNode& node, const std::string& option) {
  constexpr std::int64_t int_max = 2'147'483'647;
  if (option == "SO_ERROR") return errno_of(node);
  return integer_of(node, "value", -int_max - 1, int_max);
}

Type<std::string> socket_option() { return choice("socket option", socket_options()); }

// The accepted socket is on the listener's host.
void add_accepted(Accept& accept, const Fields& fields, Names& names) {
  SocketUse listener;
  for (const YamlNode* node : one_or_list(fields.need("socket"), "socket")) {
    listener = names.open_socket(*node);
    if (accept.error == 0 && !listener.listening)
      throw Problem(fields.at(), fmt::format("\"{0}\" does not listen; write \"listen: {{socket: "
                                             "{0}}}\" above this step",
                                             node->text));
  }
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

std::optional<Demand> demanded_value(const GetOption& get, const Played& played) {
  return Demand{get.option == "SO_ERROR" ? errno_name(static_cast<int>(get.value))
                                         : std::to_string(get.value),
                played.value == get.value};
}

std::optional<Demand> demanded_data(const Receive& receive, const Played& played) {
  if (receive.error != 0) return std::nullopt;
  const std::string data = fmt::format("\"{}\"", receive.data);
  const bool met = played.data == receive.data && (played.ended || !receive.end);
  if (!receive.end) return Demand{data, met};
  return Demand{receive.data.empty() ? "the end of the stream and nothing before it"
                                     : data + ", then the end of the stream",
                met};
}

std::optional<Demand> demanded_bytes(const Transfer& transfer, const Played& played) {
  return Demand{fmt::format("{} bytes as they were sent", transfer.bytes),
                played.value == transfer.bytes};
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
          .rule([](OpenSocket& open, const Fields& fields, Names& names) {
            names.add_socket(fields.need("name"), open.host);
          }),
      StepClass::prepares, about_host(&OpenSocket::host),
      [](const OpenSocket& open) {
        std::string words = fmt::format("open socket {} on {}", open.name, open.host);
        if (open.family) words += *open.family == Family::inet ? ", AF_INET" : ", AF_INET6";
        if (open.reuseaddr) words += ", SO_REUSEADDR";
        if (open.reuseport) words += ", SO_REUSEPORT";
        if (open.v6only) words += fmt::format(", IPV6_V6ONLY {}", *open.v6only ? "on" : "off");
        if (!open.device.empty()) words += fmt::format(", SO_BINDTODEVICE {}", open.device);
        return words;
      },
      succeeds_silently<OpenSocket>("socket()"));
}

template <>
Verb define<SetOption>() {
  return verb(MapType<SetOption>("setsockopt", "Sets an option with an int value.")
                  .need("socket", open_socket(), &SetOption::socket, "srv", "the socket")
                  .need("option", socket_option(), &SetOption::option, "TCP_DEFER_ACCEPT",
                        "the option's name")
                  .declare("value", true, text(), "5", "a number")
                  .may("error", errno_value(), &SetOption::error, "EINVAL", "the expected errno")
                  .rule([](SetOption& set, const Fields& fields, Names&) {
                    set.value = option_value(fields.need("value"), set.option);
                  }),
              StepClass::prepares, about_socket(&SetOption::socket),
              [](const SetOption& set) {
                return fmt::format("set {} of {} to {}{}", set.option, set.socket, set.value,
                                   expecting(set.error));
              },
              {"setsockopt()", &SetOption::error});
}

template <>
Verb define<GetOption>() {
  return verb(
      MapType<GetOption>("getsockopt", "Checks the value of an option.")
          .need("socket", open_socket(), &GetOption::socket, "cli", "the socket")
          .need("option", socket_option(), &GetOption::option, "SO_ERROR", "the option's name")
          .declare("value", true, text(), "ECONNREFUSED", "a number; of SO_ERROR, an errno")
          .rule([](GetOption& get, const Fields& fields, Names&) {
            get.value = option_value(fields.need("value"), get.option);
          }),
      StepClass::observes, about_socket(&GetOption::socket),
      [](const GetOption& get) {
        return fmt::format("{} of {} is {}", get.option, get.socket,
                           get.option == "SO_ERROR" ? errno_name(static_cast<int>(get.value))
                                                    : std::to_string(get.value));
      },
      {"getsockopt()", {}, true, demanded_value});
}

template <>
Verb define<Bind>() {
  return verb(MapType<Bind>("bind", "Binds a socket to a local address.")
                  .need("socket", open_socket(), &Bind::socket, "srv", "the socket")
                  .need("to", place(Port::may_be_zero), &Bind::to, "\"any:8888\"",
                        "address and port; with port 0 the kernel chooses")
                  .may("error", errno_value(), &Bind::error, "EADDRINUSE", "the expected errno"),
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
                  .need("socket", open_socket(), &Listen::socket, "srv", "the socket")
                  // The kernel limits it to net.core.somaxconn, which is at most 65535.
                  .may("backlog", integer(0, 65535), &Listen::backlog, "8", "default: 1")
                  .may("error", errno_value(), &Listen::error, "EADDRINUSE", "the expected errno")
                  .rule([](Listen& listen, const Fields& fields, Names& names) {
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
          .need("socket", open_socket(), &Connect::socket, "cli", "the socket")
          .need("to", place(Port::never_zero), &Connect::to, "\"server:8888\"", "the destination")
          .may("wait", flag(), &Connect::wait, "false", "default: `true`")
          .may("error", errno_value(), &Connect::error, "ECONNREFUSED", "the expected errno")
          .may("data", text(), &Connect::data, "Hello",
               "data to send with the SYN: sendto(2) with MSG_FASTOPEN")
          .rule([](Connect& connect, const Fields& fields, Names& names) {
            if (!connect.wait && !fields.find("error")) connect.error = EINPROGRESS;
            names.open_socket(fields.need("socket")).connecting =
                !connect.wait && connect.error == EINPROGRESS;
          }),
      StepClass::acts, about_socket(&Connect::socket),
      [](const Connect& connect) {
        return fmt::format(
            "connect {} to {}{}{}", connect.socket, to_string(connect.to),
            connect.data.empty() ? "" : fmt::format(" with {}", in_quotes(connect.data)),
            connect.wait                   ? expecting(connect.error)
            : connect.error == EINPROGRESS ? " without waiting"
                                           : " without waiting" + expecting(connect.error));
      },
      {"connect()", &Connect::error});
}

template <>
Verb define<Connected>() {
  return verb(
      MapType<Connected>("connected", "Waits for the outcome of a connect with `wait: false`.")
          .need("socket", open_socket(), &Connected::socket, "cli", "the socket")
          .may("error", errno_value(), &Connected::error, "ETIMEDOUT", "the expected errno")
          .rule([](Connected& connected, const Fields& fields, Names& names) {
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
                  .need("socket", open_socket(), &Disconnect::socket, "cli", "the socket")
                  .may("error", errno_value(), &Disconnect::error, "EINVAL", "the expected errno")
                  .rule([](Disconnect&, const Fields& fields, Names& names) {
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
          .need("socket", list(open_socket(), true), &Accept::sockets, "srv",
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
Verb define<Send>() {
  return verb(MapType<Send>(
                  "send",
                  "Sends data. With `wait: false`, calls send(2) once, and `error` is its "
                  "errno.")
                  .need("socket", open_socket(), &Send::socket, "cli", "the socket")
                  .need("data", text(), &Send::data, "Hello", "the data")
                  .may("wait", flag(), &Send::wait, "false", "default: `true`")
                  .may("error", errno_value(), &Send::error, "EPIPE", "the expected errno"),
              StepClass::acts, about_socket(&Send::socket),
              [](const Send& send) {
                return fmt::format("send {} on {}{}{}", in_quotes(send.data), send.socket,
                                   send.wait ? "" : " without waiting", expecting(send.error));
              },
              {"send()", &Send::error});
}

template <>
Verb define<Receive>() {
  return verb(
      MapType<Receive>("receive",
                       "Waits for as many bytes as `data` has, and compares them with "
                       "it.")
          .need("socket", open_socket(), &Receive::socket, "conn", "the socket")
          .may("data", text(), &Receive::data, "Hello", "the expected data")
          .may("end", flag(), &Receive::end, "true",
               "instead of `data`: the peer closes without sending anything")
          .may("error", errno_value(), &Receive::error, "ECONNRESET",
               "instead of `data`: the errno of recv(2)")
          .rule([](Receive& receive, const Fields& fields, Names&) {
            const int stated = !receive.data.empty() + receive.end + (receive.error != 0);
            if (stated == 0)
              throw Problem(fields.at(),
                            "receive expects nothing; write data: Hello, end: true or error: "
                            "ECONNRESET");
            if (stated > 1)
              throw Problem(fields.at(),
                            "receive expects one thing at a time; keep one of data, "
                            "end and error");
          }),
      StepClass::acts, about_socket(&Receive::socket),
      [](const Receive& receive) {
        return fmt::format("receive {} on {}{}", receive.end ? "the end" : in_quotes(receive.data),
                           receive.socket, expecting(receive.error));
      },
      {"recv()", &Receive::error, true, demanded_data});
}

template <>
Verb define<Transfer>() {
  constexpr std::int64_t most = 1 << 28;
  return verb(
      MapType<Transfer>("transfer",
                        "Writes bytes to one socket, reads them from the other at the "
                        "same time, and compares them. Both may be the same socket.")
          .need("from", open_socket(), &Transfer::from, "cli", "the sending socket")
          .need("to", open_socket(), &Transfer::to, "conn", "the receiving socket")
          .need("bytes", integer(1, most), &Transfer::bytes, "1048576", "how many bytes"),
      StepClass::acts,
      [](const Transfer& transfer) {
        return StepNames{{}, {transfer.from, transfer.to}, {}};
      },
      [](const Transfer& transfer) {
        return fmt::format("transfer {} bytes from {} to {}", transfer.bytes, transfer.from,
                           transfer.to);
      },
      {"transfer", {}, true, demanded_bytes});
}

template <>
Verb define<Shutdown>() {
  return verb(MapType<Shutdown>("shutdown", "Ends one direction of a connection, or both.")
                  .need("socket", open_socket(), &Shutdown::socket, "cli", "the socket")
                  .may("how",
                       one_of<Direction>("direction", {{"read", Direction::read},
                                                       {"write", Direction::write},
                                                       {"both", Direction::both}}),
                       &Shutdown::how, "write", "default: `write`, which sends FIN")
                  .may("error", errno_value(), &Shutdown::error, "ENOTCONN", "the expected errno"),
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
          .need("socket", open_socket(), &Close::socket, "cli", "the socket")
          .may("abort", flag(), &Close::abort, "true", "send RST instead of FIN: SO_LINGER with 0")
          .rule([](Close&, const Fields& fields, Names& names) {
            names.open_socket(fields.need("socket")).closed = true;
          }),
      StepClass::acts, about_socket(&Close::socket),
      [](const Close& close) {
        return fmt::format("{} {}", close.abort ? "abort" : "close", close.socket);
      },
      succeeds_silently<Close>("close()"));
}

template <>
Verb define<Info>() {
  const auto options = list(choice("TCP_INFO option", info_options()), true);
  return verb(
      MapType<Info>("info", "Waits until TCP_INFO is as described.")
          .need("socket", open_socket(), &Info::socket, "cli", "the socket")
          .may("state", state(), &Info::state, "ESTABLISHED", "tcpi_state")
          .may("has", options, &Info::has, "[timestamps]", "tcpi_options that must be on")
          .may("lacks", options, &Info::lacks, "[sack]", "tcpi_options that must be off")
          .may("retransmissions", integer(0, UINT32_MAX), &Info::retransmissions, "1",
               "tcpi_total_retrans")
          .may("unacknowledged", integer(0, UINT32_MAX), &Info::unacknowledged, "0", "tcpi_unacked")
          .rule([](Info& info, const Fields& fields, Names&) {
            if (!info.state && info.has.empty() && info.lacks.empty() && !info.retransmissions &&
                !info.unacknowledged)
              throw Problem(fields.at(),
                            "info states nothing; write state: ESTABLISHED, has: "
                            "[timestamps] or the like");
          }),
      StepClass::observes, about_socket(&Info::socket), [](const Info& info) {
        std::vector<std::string> words;
        if (info.state) words.emplace_back(lab::to_string(*info.state));
        for (const std::string& option : info.has) words.push_back(option);
        for (const std::string& option : info.lacks) words.push_back("no " + option);
        if (info.retransmissions)
          words.push_back(fmt::format("retransmissions {}", *info.retransmissions));
        if (info.unacknowledged)
          words.push_back(fmt::format("unacknowledged {}", *info.unacknowledged));
        return fmt::format("{} is {}", info.socket, fmt::join(words, ", "));
      });
}

VerbGroup socket_verbs() { return group("Sockets", SocketSteps{}); }

}  // namespace lab::scenario
