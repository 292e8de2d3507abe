// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/utsname.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "report/reporter.hpp"
#include "tcp_lookup/contract.h"

namespace lab::cli {

int version(const std::string& format) {
  utsname system{};
  ::uname(&system);
  if (format == "json") {
    const nlohmann::json facts{{"version", LAB_VERSION},
                               {"contract_schema", TCP_LOOKUP_SCHEMA},
                               {"report_schema", report::json_schema},
                               {"kernel", system.release}};
    fmt::print("{}\n", facts.dump(2));
  } else {
    fmt::print("TCP Lookup Lab {}\n", LAB_VERSION);
    fmt::print("contract with tcp_lookup.ko: schema {}\n", TCP_LOOKUP_SCHEMA);
    fmt::print("this kernel: {}\n", system.release);
  }
  return static_cast<int>(Exit::pass);
}

}  // namespace lab::cli
