// SPDX-License-Identifier: MIT
//
// From a kernel function's name to its source, in the version that ran.
#pragma once

#include <string>
#include <string_view>

namespace lab::html {

// "https://elixir.bootlin.com/linux/v6.1/A/ident/tcp_v4_rcv", for a `uname -r` as
// "6.1.0-56-cloud-amd64". By major and minor version alone: what follows is the
// distribution's own count. Empty: the release has no version in it.
std::string source_url(std::string_view function, std::string_view release);

// The text as HTML, with links where it names a function of the kernel: one that a
// trace can report, or any name with an underscore before "()".
std::string linked(std::string_view text, std::string_view release);

}  // namespace lab::html
