#include "data/ingest/known_codes.h"

#include <algorithm>
#include <cctype>

namespace gapmap {
namespace {

std::string bare_form(std::string_view code) {
    std::string out;
    for (const char c : code) {
        const auto byte = static_cast<unsigned char>(c);
        if (c != ' ' && c != '-' && c != '_') out += static_cast<char>(byte < 0x80 ? std::toupper(byte) : byte);
    }
    const auto first = out.find_first_not_of('0');
    return first == std::string::npos ? out : out.substr(first);
}

bool all_digits(std::string_view text) noexcept { return std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; }); }

}  // namespace

std::optional<std::string> KnownCodes::meant_by(const std::string& written) {
    if (written.empty()) return std::nullopt;
    if (by_bare_form_.empty()) {
        for (std::size_t i = 0; i < codes_.size(); ++i) {
            const std::string code(codes_.at(i));
            const auto [at, fresh] = by_bare_form_.emplace(bare_form(code), code);
            if (!fresh) at->second.reset();
        }
    }
    if (const auto found = by_bare_form_.find(bare_form(written)); found != by_bare_form_.end()) return found->second;
    if (written.size() == 9 && all_digits(written) && has(written + "000")) return written + "000";
    return std::nullopt;
}

}  // namespace gapmap
