// SPDX-License-Identifier: MIT
//
// Links from kernel functions to their source, in the version that ran.
#pragma once

#include <string>
#include <string_view>

namespace lab::html {

// "https://elixir.bootlin.com/linux/v6.1/A/ident/tcp_v4_rcv", for a `uname -r` as
// "6.1.0-56-cloud-amd64". Uses major and minor version only, because the
// distribution chooses the rest. Empty: the release has no version.
std::string source_url(std::string_view function, std::string_view release);

// The text as HTML, with links for kernel functions: those that a trace can report, and any name
// with an underscore before "()".
std::string linked(std::string_view text, std::string_view release);

}  // namespace lab::html
