// SPDX-License-Identifier: MIT
#include "tui/screen.hpp"

#include <fmt/format.h>
#include <ncurses.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>
#include <clocale>
#include <cstdlib>
#include <cwchar>
#include <string_view>

#include "util/error.hpp"
#include "util/printable.hpp"

namespace lab::tui {
namespace {

enum Pair : short { green = 1, yellow, red };

attr_t attributes_of(Look look) {
  switch (look) {
    case Look::plain:
      return A_NORMAL;
    case Look::title:
      return A_BOLD;
    case Look::faint:
      return A_DIM;
    case Look::bar:
      return A_REVERSE;
    case Look::fresh:
      return COLOR_PAIR(green) | A_BOLD;
    case Look::changed:
      return COLOR_PAIR(yellow) | A_BOLD;
    case Look::gone:
      return COLOR_PAIR(red);
    case Look::alarm:
      return COLOR_PAIR(red) | A_BOLD;
  }
  return A_NORMAL;
}

std::string utf8(wint_t letter) {
  char bytes[MB_LEN_MAX];
  std::mbstate_t state{};
  const std::size_t size = std::wcrtomb(bytes, static_cast<wchar_t>(letter), &state);
  return size == static_cast<std::size_t>(-1) ? std::string() : std::string(bytes, size);
}

// Empty: a key without a name here.
std::string name_of_key(wint_t code) {
  switch (code) {
    case KEY_UP:
      return "up";
    case KEY_DOWN:
      return "down";
    case KEY_PPAGE:
      return "page-up";
    case KEY_NPAGE:
      return "page-down";
    case KEY_HOME:
      return "home";
    case KEY_END:
      return "end";
    case KEY_ENTER:
      return "enter";
    case KEY_BACKSPACE:
      return "backspace";
    default:
      return "";
  }
}

std::string name_of_letter(wint_t letter) {
  switch (letter) {
    case L'\t':
      return "tab";
    case L'\r':
    case L'\n':
      return "enter";
    case 27:
      return "escape";
    case 8:
    case 127:
      return "backspace";
    default:
      return letter < 32 ? "" : utf8(letter);
  }
}

}  // namespace

Screen::Screen() {
  // ncursesw draws what the locale allows. Where none is set, assume UTF-8.
  const char* chosen = std::setlocale(LC_CTYPE, "");
  if (!chosen || std::string_view(chosen) == "C") std::setlocale(LC_CTYPE, "C.UTF-8");
  // initscr() would end the program.
  if (!::newterm(nullptr, stdout, stdin)) {
    const char* kind = std::getenv("TERM");
    throw EnvironmentError(fmt::format(
        "TERM={}: ncurses cannot draw on such a terminal; `orchestrator tables` prints the "
        "tables once, as plain lines",
        kind ? kind : ""));
  }
  ::raw();  // Ctrl-C is read as a key: the terminal is restored before the end
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(25);
  ::curs_set(0);
  if (::has_colors()) {
    ::start_color();
    ::use_default_colors();
    ::init_pair(green, COLOR_GREEN, -1);
    ::init_pair(yellow, COLOR_YELLOW, -1);
    ::init_pair(red, COLOR_RED, -1);
  }
}

Screen::~Screen() { ::endwin(); }

std::size_t Screen::width() const { return static_cast<std::size_t>(getmaxx(stdscr)); }
std::size_t Screen::height() const { return static_cast<std::size_t>(getmaxy(stdscr)); }

void Screen::show(const std::vector<ScreenLine>& lines) {
  ::erase();
  int row = 0;
  for (const ScreenLine& line : lines) {
    ::move(row, 0);
    for (const Span& span : line.spans) {
      ::attrset(static_cast<int>(attributes_of(span.look) | (line.picked ? A_REVERSE : 0)));
      ::addstr(printable_line(span.text).c_str());
    }
    if (line.picked) {
      ::attrset(A_REVERSE);
      for (int column = getcurx(stdscr); column < getmaxx(stdscr) && getcury(stdscr) == row;
           ++column)
        ::addch(' ');
    }
    ::attrset(A_NORMAL);
    ++row;
  }
  ::refresh();
}

std::vector<std::string> Screen::keys() {
  std::vector<std::string> names;
  wint_t code = 0;
  for (int kind; (kind = ::get_wch(&code)) != ERR;) {
    std::string name = kind == KEY_CODE_YES ? name_of_key(code)
                       : code == 3          ? "q"  // Ctrl-C
                                            : name_of_letter(code);
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

void Screen::resize() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
    ::resizeterm(size.ws_row, size.ws_col);
}

}  // namespace lab::tui
