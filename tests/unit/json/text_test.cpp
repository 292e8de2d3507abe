// SPDX-License-Identifier: MIT
#include "json/text.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(JsonText, IsOneLineOrIndented) {
  const nlohmann::json document = {{"a", 1}};
  EXPECT_EQ(json_text(document), "{\"a\":1}");
  EXPECT_EQ(json_text(document, 2), "{\n  \"a\": 1\n}");
}

// A process may have any bytes as its name.
TEST(JsonText, OfAnyBytesIsJsonWithoutControlCharacters) {
  const std::string text = json_text({{"name", "\x1b[31m\xc2\x9b\xe2\x80\xae\xff\ax"}});
  EXPECT_EQ(text, "{\"name\":\"\\u001b[31m\\u009b\\u202e\xef\xbf\xbd\\u0007x\"}");
  EXPECT_TRUE(nlohmann::json::accept(text));
}

}  // namespace
}  // namespace lab
