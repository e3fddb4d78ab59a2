#include "render/html_text.h"

namespace gapmap {

std::string html_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string script_json(std::string json) {
    const auto replace = [&](std::string_view from, std::string_view to) {
        for (std::size_t at = 0; (at = json.find(from, at)) != std::string::npos; at += to.size()) json.replace(at, from.size(), to);
    };
    replace("</", "<\\/");
    replace("\xE2\x80\xA8", "\\u2028");
    replace("\xE2\x80\xA9", "\\u2029");
    return json;
}

}  // namespace gapmap
