// SPDX-License-Identifier: MIT
//
// The files of this module that are embedded in the program (cmake/Embed.cmake).
#pragma once

#include <string_view>

namespace lab::grade::asset {

extern const std::string_view class_mustache;  // the page of a class

}  // namespace lab::grade::asset
