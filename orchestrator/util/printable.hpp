// SPDX-License-Identifier: MIT
//
// Makes untrusted text safe to show: the words of a scenario or a stored report, a
// program's output, a process's name, what a guest sends. In a terminal a control
// character can clear the screen, set the title or type for the user; a bidirectional
// control changes how a line reads; in a line-based format a newline starts a forged line.
//
// It is called where text leaves the program (terminal, HTML, SVG, XML, KTAP, pcapng),
// on the untrusted parts only: what the program adds itself, such as colours, stays.
#pragma once

#include <string>
#include <string_view>

namespace lab {

// The bytes of the character that `text`, which is not empty, begins with; 0 if it does
// not begin with UTF-8 (RFC 3629, section 4).
std::size_t utf8_length(std::string_view text);

// A character that is always escaped: C0 (U+0000 to U+001F), DEL, C1 (U+0080 to
// U+009F), the line and paragraph separators (U+2028, U+2029), and the bidirectional
// controls (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
bool is_control(char32_t character);

// The code point of the first `length` bytes, as utf8_length() has counted them.
char32_t code_point(std::string_view text, std::size_t length);

// The text with each control character but newline and tab as "\u001b", and each byte
// that is not UTF-8 as "\xff". Other text is unchanged, and so is this function's own
// output: it may be called twice. Within a JSON text the result means the same as before.
std::string printable(std::string_view text);

// The same on one line: newlines and tabs become blanks.
std::string printable_line(std::string_view text);

}  // namespace lab
