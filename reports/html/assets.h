// The page's own files, made constants by cmake/embed.cmake.
#pragma once

#include <string_view>

namespace wsspec::embedded {

extern const std::string_view report_css;
// In this order they are one script; each is one idea.
extern const std::string_view model_js;
extern const std::string_view state_js;
extern const std::string_view dom_js;
extern const std::string_view grid_js;
extern const std::string_view frames_js;
extern const std::string_view case_js;
extern const std::string_view plots_js;
extern const std::string_view main_js;

}  // namespace wsspec::embedded
