// SPDX-License-Identifier: MIT
//
// The verbs for programs and for waiting.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "language/errnos.hpp"
#include "language/types.hpp"
#include "language/verbs.hpp"

namespace lab::language {

using scenario::Await;
using scenario::Exec;
using scenario::Poll;
using scenario::poll_events;
using scenario::poll_events_in_words;
using scenario::PollEvent;
using scenario::ProgramSteps;
using scenario::Stop;
using scenario::Wait;

namespace {

StepNames names_of_await(const Await& await) {
  if (!await.dropped.empty()) return {{await.dropped}, {}, {}};
  if (!await.socket.empty()) return {{}, {await.socket}, {}};
  return {{}, {}, {await.program}};
}

Type<short> poll_event() {
  std::vector<std::pair<std::string, short>> events;
  for (const PollEvent& event : poll_events) events.emplace_back(event.name, event.bit);
  return one_of<short>("event of poll(2)", std::move(events));
}

std::string expected_events(const Poll& poll) {
  std::string words = poll_events_in_words(poll.events);
  if (!poll.lacks.empty()) words += fmt::format(" without {}", poll_events_in_words(poll.lacks));
  return words;
}

}  // namespace

template <>
Verb define<Exec>() {
  return verb(
      MapType<Exec>("exec",
                    "Runs a program in a host and waits for its end, or runs it in the "
                    "background under a name. The end of the scenario kills it. In "
                    "`run` and `input`, `$server` is the address of host server, "
                    "`$loopback` 127.0.0.1 or ::1, and `$port` a value.")
          .need("host", host(), &Exec::host, "server", "the host")
          .need("run", list(text(), true), &Exec::run, "[hello-server, \"8888\"]",
                "the program and its arguments; a program without `/` is searched for among the "
                "lab's own programs, then in PATH; a path is relative to the scenario's folder")
          .may("name", new_name("program"), &Exec::name, "web",
               "its name; needed in the background")
          .may("background", flag(), &Exec::background, "true", "do not wait for its end")
          .may("root", flag(), &Exec::root, "true",
               "in a microVM a program runs as an unprivileged user; this makes it root, with the "
               "capabilities CAP_NET_ADMIN, CAP_NET_RAW and CAP_NET_BIND_SERVICE")
          .may("input", text(), &Exec::input, "Hello", "its standard input")
          .may("output", text(), &Exec::output, "Hello",
               "its exact output, except for white space at the end")
          .may("contains", list(text(), true), &Exec::contains, "[established]",
               "texts that its output contains")
          .may("exit", integer(0, 255), &Exec::exit, "1",
               "its exit code; default: 0; 128 + N if signal N ends it")
          .rule([](Exec& exec, const Fields& fields, Names& names) {
            for (const YamlNode* word : one_or_list(fields.need("run"), "run"))
              names.require_variables(word->text, word->at);
            if (const auto* input = fields.find("input"))
              names.require_variables(input->text, input->at);
            if (!exec.background) return;
            if (exec.output || !exec.contains.empty() || fields.find("exit"))
              throw Problem(fields.at(),
                            "a program in the background has not ended after this step; "
                            "check its output or exit code with await:");
            names.add_program(fields.need("name"));
          }),
      StepClass::acts, about_host(&Exec::host), [](const Exec& exec) {
        return fmt::format("run {} on {}{}", fmt::join(exec.run, " "), exec.host,
                           exec.background ? " in the background" : "");
      });
}

template <>
Verb define<Await>() {
  const std::vector<std::string> events{"readable", "writable", "closed"};
  return verb(MapType<Await>("await",
                             "Waits until a program has printed something or has ended, until a "
                             "socket is readable, writable or closed by its peer, or until all "
                             "drops at a host have happened.")
                  .may("program", program(), &Await::program, "web", "the program")
                  .may("output", text(), &Await::output, "listening", "a text that it prints")
                  .may("exit", integer(0, 255), &Await::exit, "0", "it ends with this exit code")
                  .may("socket", open_socket(), &Await::socket, "cli", "the socket")
                  .may("event", choice("event", events), &Await::event, "readable", "the event")
                  .may("dropped", linked_host(), &Await::dropped, "server", "the host of the drops")
                  .rule([](Await& await, const Fields& fields, Names&) {
                    const bool program = !await.program.empty(), socket = !await.socket.empty();
                    if (program + socket + !await.dropped.empty() != 1)
                      throw Problem(fields.at(),
                                    "await needs exactly one of program:, socket: and dropped:");
                    if (program != (!await.output.empty() || await.exit.has_value()) ||
                        (!await.output.empty() && await.exit))
                      throw Problem(fields.at(),
                                    "await for a program needs output: or exit:, not both");
                    if (socket == await.event.empty())
                      throw Problem(fields.at(),
                                    "await for a socket needs an event; write event: readable");
                  }),
              StepClass::acts, names_of_await, [](const Await& await) {
                if (!await.dropped.empty())
                  return fmt::format("wait for the drops at {}", await.dropped);
                if (!await.socket.empty())
                  return fmt::format("wait until {} is {}", await.socket, await.event);
                if (await.exit) return fmt::format("wait for the end of {}", await.program);
                return fmt::format("wait until {} says {}", await.program, in_quotes(await.output));
              });
}

template <>
Verb define<Stop>() {
  return verb(MapType<Stop>("stop",
                            "Sends a signal to a program in the background and waits for "
                            "its end.")
                  .need("program", program(), &Stop::program, "web", "the program")
                  .may("signal", choice("signal", {"SIGTERM", "SIGINT", "SIGKILL", "SIGHUP"}),
                       &Stop::signal, "SIGINT", "default: SIGTERM"),
              StepClass::acts, about_program(&Stop::program), [](const Stop& stop) {
                return fmt::format("send {} to {}", stop.signal, stop.program);
              });
}

template <>
Verb define<Poll>() {
  const auto events = list(poll_event(), true);
  return verb(
      MapType<Poll>("poll",
                    "Waits until poll(2) reports all of these events for a socket at once. It "
                    "polls for all events; others may be reported, too.")
          .need("socket", any_socket(), &Poll::socket, "cli", "the socket")
          .need("events", list(poll_event()), &Poll::events, "[in, rdhup]",
                "the events; `[]`: no event is reported")
          .may("lacks", events, &Poll::lacks, "[hup]", "none of these are reported")
          .declare("error", false, errno_value(), "0",
                   "only 0: poll(2) reports errors as the events `err` and, of a closed socket, "
                   "`nval`")
          .rule([](Poll& poll, const Fields& fields, Names& names) {
            if (const YamlNode* error = fields.find("error"); error && errno_of(*error) != 0)
              throw Problem(error->at,
                            "poll() never fails here; it reports errors as events: "
                            "write events: [err] or events: [nval]");
            const bool nval = std::ranges::find(poll.events, POLLNVAL) != poll.events.end();
            if (const YamlNode& socket = fields.need("socket"); !nval)
              names.open_socket(socket);
            else if (!names.any_socket(socket).closed)
              throw Problem(socket.at, fmt::format("socket \"{}\" is open here, so poll() does not "
                                                   "report nval; close it above this step",
                                                   socket.text));
            if (poll.events.empty() && !poll.lacks.empty())
              throw Problem(fields.at(), "events: [] already excludes all events; remove lacks:");
          }),
      StepClass::observes, about_socket(&Poll::socket),
      [](const Poll& poll) {
        return StepWords(fmt::format("poll of {}", poll.socket),
                         fmt::format(" reports {}", expected_events(poll)));
      },
      {"poll()", {}, true, [](const Poll& poll, const Played& played) -> std::optional<Demand> {
         return Demand{expected_events(poll),
                       played.value && poll.holds(static_cast<short>(*played.value))};
       }});
}

template <>
Verb define<Wait>() {
  return verb(
      MapType<Wait>("wait",
                    "Lets time pass. Use it only when there is no event to wait for, such as when "
                    "nothing is sent; steps with expectations wait by themselves.")
          .need("for", duration(), &Wait::duration, "300ms", "how long")
          .need("because", text(), &Wait::because, "\"a delayed ACK takes up to 200 ms\"",
                "why time must pass; the report shows it"),
      StepClass::acts, [](const Wait&) { return StepNames{}; },
      [](const Wait& wait) {
        return StepWords(fmt::format("wait {} ms", wait.duration.count()),
                         fmt::format(": {}", wait.because));
      },
      succeeds_silently<Wait>("wait"));
}

VerbGroup program_verbs() { return group("Programs and waiting", ProgramSteps{}); }

}  // namespace lab::language
