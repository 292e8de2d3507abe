// SPDX-License-Identifier: MIT
//
// Draws the searched tables below each other. The probe's line goes down on the left, turns into
// each searched bucket, passes the compared sockets, and ends in the hit or at the end of the
// chain.
#include <fmt/format.h>

#include <algorithm>

#include "draw/svg.hpp"
#include "html/links.hpp"
#include "html/lookup_walk.hpp"
#include "record/entries.hpp"
#include "tcp_lookup/contract.h"
#include "util/text.hpp"

namespace lab::html {
namespace {

namespace svg = draw::svg;

// Pixels. Two sockets per row, so that it is readable on a phone.
constexpr int width = 420, rail = 10, left = 32;
constexpr int bucket_width = 60, box_width = 142, box_height = 50, gap = 16;
constexpr int first_box = left + bucket_width + gap;
constexpr int pitch = box_height + 16;
constexpr int columns = 2;
constexpr std::size_t most_letters = 20;  // in a box
constexpr std::size_t most_boxes = 10;    // in a chain

struct Spot {
  int x = 0, y = 0;
  operator svg::Point() const { return {static_cast<double>(x), static_cast<double>(y)}; }
};

std::string px(int value) { return std::to_string(value); }

std::string words_of(const Stop& stop) {
  if (stop.result == LookupResult::skipped) return "not reached";
  std::string words = stop.walked ? fmt::format("{} compared, ", *stop.walked) : "";
  words += to_string(stop.result);
  if (stop.score) words += fmt::format(", score {}", *stop.score);
  if (std::ranges::any_of(stop.chain, [](const Link& each) { return each.hit && !each.compared; }))
    words += ", chosen by its group";
  return words;
}

std::string words_of_bind(const Stop& bind) {
  if (bind.result == LookupResult::cut)
    return fmt::format("only connections among the first {} sockets on the port, which has more",
                       bind.walked.value_or(0));
  if (!bind.chain.empty()) return "sockets that hold the port";
  return bind.result == LookupResult::skipped ? "not searched: an earlier step hit"
                                              : "no socket holds the port";
}

std::string looks_on_walk(const Link& link) {
  if (link.hit) return "found";
  if (!link.row) return link.compared ? "compared unknown" : "unknown";
  return link.compared ? "compared" : "socket";
}

class Picture {
 public:
  Picture(const Timeline& timeline, const LookupWalk& walk)
      : timeline_(timeline), drawing_(svg::put_drawing(document_, "walk", "group")) {
    // Boxes cover lines, because they are drawn later.
    lines_ = svg::put(drawing_, "g");
    boxes_ = svg::put(drawing_, "g");
    begin(walk);
    for (const Stop& stop : walk.stops) pass(stop);
    end(walk);
    if (walk.bind) beside(*walk.bind);
    const auto set = [this](const char* name, const std::string& value) {
      drawing_.append_attribute(name).set_value(value.c_str());
    };
    set("aria-label",
        fmt::format("Lookup walk of a SYN {} through the tables: {}", walk.probe, walk.verdict));
    set("viewBox", fmt::format("0 0 {} {}", width, y_));
    set("width", px(width));
    set("height", px(y_));
  }

  std::string markup() const { return svg::markup(document_); }

 private:
  Spot box_at(std::size_t index) const {
    const int place = static_cast<int>(index);
    return {first_box + place % columns * (box_width + gap), y_ + place / columns * pitch};
  }

  void line(const std::string& css_class, const std::string& path) {
    svg::put(lines_, "path", {{"class", css_class}, {"d", path}});
  }

  void write(Spot at, std::string_view css_class, const std::string& text) {
    svg::write(boxes_, at, css_class, text);
  }

  void box(Spot at, int wide, int high, const std::string& css_class) {
    svg::put(boxes_, "rect",
             {{"class", css_class},
              {"x", px(at.x)},
              {"y", px(at.y)},
              {"width", px(wide)},
              {"height", px(high)},
              {"rx", "5"}});
  }

  void begin(const LookupWalk& walk) {
    box({1, 1}, width - 2, 28, "probe");
    write({rail, 20}, "strong", draw::shortened("SYN " + walk.probe, 52));
    y_ = 29;
  }

  // The rail from here on down.
  void descend(int to) { line("walk", fmt::format("M{} {}V{}", rail, y_, to)); }

  // A function's name, with a link to its source.
  void function(Spot at, const std::string& css_class, const std::string& name) {
    const std::string url = source_url(name, timeline_.kernel);
    svg::write(url.empty() ? boxes_ : svg::put(boxes_, "a", {{"href", url}}), at, css_class,
               name + "()");
  }

  // The position after a bold word.
  static int behind(int x, std::string_view word) {
    return x + static_cast<int>(word.size()) * 8 + 8;
  }

  void pass_by(const Stop& stop) {
    write({left, y_ + 14}, "strong", std::string(to_string(stop.step)));
    function({behind(left, to_string(stop.step)), y_ + 14}, "faint", stop.function);
    write({left, y_ + 30}, stop.result == LookupResult::hit ? "hit" : "faint", words_of(stop));
    y_ += 38;
  }

  void pass(const Stop& stop) {
    const int before = y_;
    y_ += 10;
    pass_by(stop);
    if (stop.result != LookupResult::skipped) {
      const int middle = y_ + box_height / 2;
      line("walk", fmt::format("M{} {}H{}", rail, middle, left));
      bucket(stop);
      chain(stop, "walk");
    }
    const int after = y_;
    y_ = before;
    descend(after);
    y_ = after;
  }

  void bucket(const Stop& stop) {
    box({left, y_}, bucket_width, box_height, "bucket");
    write({left + 8, y_ + 18}, "faint", "bucket");
    write({left + 8, y_ + 36}, "strong", stop.bucket ? std::to_string(*stop.bucket) : "?");
  }

  // `walk` is the class of the line through the compared sockets.
  void chain(const Stop& stop, const std::string& walk) {
    const std::size_t drawn = std::min(stop.chain.size(), most_boxes);
    for (std::size_t i = 0; i < drawn; ++i) {
      const Link& link = stop.chain[i];
      join(i, link.compared ? walk : "chain");
      if (link.hit && !link.compared && walk == "walk") jump(stop.chain, i);
      socket(box_at(i), link, walk == "walk" ? looks_on_walk(link) : "owner");
    }
    if (drawn == 0) {
      join(0, walk);
      write({first_box + 6, y_ + box_height / 2 + 4}, "faint", "empty");
    }
    const int rows = drawn == 0 ? 1 : (static_cast<int>(drawn) + columns - 1) / columns;
    y_ += rows * pitch;
    if (const std::size_t hidden = stop.chain.size() - drawn; hidden > 0) {
      write({first_box, y_ + 2}, "faint", fmt::format("and {} more", hidden));
      y_ += 14;
    }
  }

  // From the last compared socket to the one that its group chose.
  void jump(const std::vector<Link>& links, std::size_t to) {
    const auto last = std::ranges::find_if(links.rbegin(), links.rend(), &Link::compared);
    if (last == links.rend()) return;
    const Spot from = box_at(static_cast<std::size_t>(links.rend() - last) - 1), at = box_at(to);
    line("walk jump", fmt::format("M{} {}L{} {}", from.x + box_width / 2, from.y + box_height / 2,
                                  at.x + box_width / 2, at.y + box_height / 2));
  }

  // The line into box `index`, from the bucket or the previous box.
  void join(std::size_t index, const std::string& css_class) {
    const Spot at = box_at(index);
    const int middle = at.y + box_height / 2;
    if (index % columns != 0 || index == 0) {
      line(css_class, fmt::format("M{} {}h{}", at.x - gap, middle, gap));
      return;
    }
    const Spot before = box_at(index - 1);
    const int between = before.y + box_height + (pitch - box_height) / 2;
    line(css_class, fmt::format("M{} {}V{}H{}V{}h{}", before.x + box_width / 2,
                                before.y + box_height, between, at.x - gap / 2, middle, gap / 2));
  }

  void socket(Spot at, const Link& link, const std::string& css_class) {
    box(at, box_width, box_height, css_class);
    if (!link.row) {
      write({at.x + 8, at.y + 21}, "faint", plural(link.count, "socket"));
      write({at.x + 8, at.y + 36}, "faint", "not this host's");
      return;
    }
    const std::string state(to_string(link.row->state));
    const std::string name = link.name.empty() ? state : fmt::format("{} {}", link.name, state);
    const bool connected = has_remote(*link.row);
    const int top = at.y + (connected ? 15 : 21);
    write({at.x + 8, top}, "strong", draw::shortened(name, most_letters - 1));
    write({at.x + 8, top + 15}, "",
          draw::shortened(name_of(timeline_, link.row->local), most_letters));
    if (connected)
      write({at.x + 8, top + 29}, "",
            draw::shortened("> " + name_of(timeline_, link.row->remote), most_letters));
  }

  void end(const LookupWalk& walk) {
    descend(y_ + 12);
    y_ += 12;
    box({1, y_}, width - 2, 28, "verdict");
    write({rail, y_ + 19}, "strong", walk.verdict);
    if (!walk.handler.empty()) function({behind(rail, walk.verdict), y_ + 19}, "", walk.handler);
    y_ += 30;
  }

  // The bind table, which the receive path does not search.
  void beside(const Stop& bind) {
    y_ += 12;
    write({left, y_ + 14}, "strong", "bind");
    write({behind(left, "bind"), y_ + 14}, "faint", "no segment is looked up here");
    write({left, y_ + 30}, "faint", words_of_bind(bind));
    y_ += 38;
    bucket(bind);
    chain(bind, "chain");
  }

  const Timeline& timeline_;
  pugi::xml_document document_;
  pugi::xml_node drawing_;
  pugi::xml_node lines_, boxes_;
  int y_ = 0;  // where the next thing is drawn
};

}  // namespace

std::string lookup_walk_svg(const Timeline& timeline, const LookupWalk& walk) {
  return Picture(timeline, walk).markup();
}

}  // namespace lab::html
