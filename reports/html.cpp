#include "reports/html.h"

#include <openssl/evp.h>

#include <array>

#include "reports/html/assets.h"
#include "reports/html_data.h"
#include "reports/html_text.h"

namespace wsspec {

namespace {

/// What a content security policy calls the hash of an element's text.
std::string policy_hash(std::string_view text) {
    std::array<Octet, 32> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return "'sha256-" + base64(digest) + "'";
}

std::string script() {
    using namespace embedded;
    std::string out = "'use strict';\n(() => {\n";
    for (std::string_view const part : {model_js, state_js, dom_js, grid_js, frames_js, case_js, plots_js, main_js})
        out += part;
    return out + "})();\n";
}

}  // namespace

std::string to_html(std::span<const RunResult> runs) {
    static const std::string code = script();
    static const std::string policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " +
                                      policy_hash(embedded::report_css) + "; script-src " + policy_hash(code);
    std::string const data = html_data(runs);
    std::string out;
    out.reserve(data.size() + code.size() + embedded::report_css.size() + 2048);
    out +=
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    out += policy;
    out +=
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<title>wsspec report</title>\n<style>";
    out += embedded::report_css;
    out +=
        "</style>\n</head>\n<body>\n<noscript><p>This report is drawn by a script of its own, which is switched off "
        "here. The result file it was made from has the same content as JSON.</p></noscript>\n"
        "<script type=\"application/json\" id=\"data\">";
    out += data;
    out += "</script>\n<script>";
    out += code;
    out += "</script>\n</body>\n</html>\n";
    return out;
}

}  // namespace wsspec
