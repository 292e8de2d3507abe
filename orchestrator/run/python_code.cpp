// SPDX-License-Identifier: MIT
#include "run/python_code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenario/script_steps.hpp"

namespace lab::run {
namespace {

// packetdrill's write_symbols(): of linux/tcp.h, and the kernel's enum of TCP_CA_ states.
constexpr std::string_view driver = R"(
names = {name: number for number, name in enumerate(
    'ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN '
    'CLOSING'.split(), 1)}
names = {'TCP_' + name: number for name, number in names.items()}
names.update({'TCP_CA_' + name: number for number, name in enumerate(
    'Open Disorder CWR Recovery Loss'.split())})
names.update({'TCPI_OPT_' + name: 1 << bit for bit, name in enumerate(
    'TIMESTAMPS SACK WSCALE ECN ECN_SEEN SYN_DATA USEC_TS TFO_CHILD'.split())})

def text(digits):
    return bytes.fromhex(digits).decode(errors='replace')

def end(status, words):
    sys.stdout.flush()
    sys.stdout.write('\n' + ' '.join(words.split()))
    sys.stdout.flush()
    os._exit(status)

for place, values, code in snippets:
    names.update(values)
    place = text(place)
    try:
        exec(compile(text(code), place, 'exec'), names)
    except NameError as error:
        missing = str(error).split("'")[1:2]
        if fields.intersection(missing):
            end(lacks_field, f'{place}: this kernel does not report {missing[0]}')
        end(1, f'{place}: NameError: {error}')
    except AssertionError as error:
        end(1, f'{place}: the assertion fails: {error}' if str(error) else
            f'{place}: the assertion fails')
    except BaseException as error:
        end(1, f'{place}: {type(error).__name__}: {error}')
sys.stdout.flush()
os._exit(0)
)";

}  // namespace

std::string python_program(const std::vector<PythonSnippet>& snippets,
                           const std::vector<std::string>& fields) {
  std::string program = "import os, sys\nsnippets = [\n";
  for (const PythonSnippet& snippet : snippets) {
    program += fmt::format("('{}', {{", scenario::hex_of(snippet.place));
    for (const auto& [name, value] : snippet.values)
      program += fmt::format("'{}': {}, ", name, value);
    program += fmt::format("}}, '{}'),\n", scenario::hex_of(snippet.text));
  }
  program += fmt::format("]\nfields = set('{}'.split())\nlacks_field = {}\n",
                         fmt::join(fields, " "), scenario::python_lacks_field);
  return program.append(driver);
}

}  // namespace lab::run
