// SPDX-License-Identifier: MIT
//
// Text that this program did not write, made fit to be shown: a scenario's words, a
// stored report's, a program's output, a process's name, what a guest says. In a
// terminal a control character clears the screen, sets its title or types for the
// user; a bidirectional control makes a line read as another than it is; in a format of
// lines a newline begins a line that nobody wrote.
//
// It is called where text leaves the program (terminal, HTML, SVG, XML, KTAP, pcapng),
// on the foreign parts only: what the program adds itself, as colours, stays.
#pragma once

#include <string>
#include <string_view>

namespace lab {

// The bytes of the character that `text`, which is not empty, begins with; 0 if it does
// not begin with UTF-8 (RFC 3629, section 4).
std::size_t utf8_length(std::string_view text);

// A character that is never shown as it is: C0 (U+0000 to U+001F), DEL, C1 (U+0080 to
// U+009F), the line and paragraph separators (U+2028, U+2029), and the bidirectional
// controls (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
bool is_control(char32_t character);

// The code point of the first `length` bytes, as utf8_length() has counted them.
char32_t code_point(std::string_view text, std::size_t length);

// The text with each control character but newline and tab as "\u001b", and each byte
// that is no UTF-8 as "\xff". Harmless text stays as it is, and so does what this has
// made: it may be called twice. Within a JSON text the result means the same as before.
std::string printable(std::string_view text);

// The same on one line: newlines and tabs become blanks.
std::string printable_line(std::string_view text);

}  // namespace lab
