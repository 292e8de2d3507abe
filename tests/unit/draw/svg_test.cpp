// SPDX-License-Identifier: MIT
#include "draw/svg.hpp"

#include <gmock/gmock.h>

namespace lab::draw::svg {
namespace {

TEST(Svg, WritesEachSpanWithTheClassOfItsInkAndLinksFunctions) {
  pugi::xml_document document;
  const Text text = {{"f", Ink::faint, "f"}, {" <hit>", Ink::accent}, {"\001"}};
  write(document, {1, 2.25}, Anchor::end, text,
        [](std::string_view function) { return "x/" + std::string(function); });
  EXPECT_EQ(markup(document, pugi::format_raw),
            "<text x=\"1\" y=\"2.3\" text-anchor=\"end\"><a href=\"x/f\"><tspan "
            "class=\"faint function\" data-function=\"f\">f</tspan></a><tspan class=\"accent\"> "
            "&lt;hit&gt;</tspan><tspan>\\u0001</tspan></text>");
}

TEST(Svg, OmitsAttributesWithoutAValue) {
  pugi::xml_document document;
  put(document, "g", {{"class", ""}, {"id", "a"}});
  EXPECT_EQ(markup(document), "<g id=\"a\" />\n");
}

TEST(Svg, RoundsToOneDecimal) {
  EXPECT_EQ(number(12.04), "12");
  EXPECT_EQ(number(-0.26), "-0.3");
}

}  // namespace
}  // namespace lab::draw::svg
