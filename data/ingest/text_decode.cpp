#include "data/ingest/text_decode.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include "geo/core/error.h"

namespace gapmap {
namespace {

struct CloseIconv {
    void operator()(void* cd) const noexcept { iconv_close(cd); }
};
using IconvHandle = std::unique_ptr<std::remove_pointer_t<iconv_t>, CloseIconv>;

std::size_t row_of(std::string_view bytes, std::size_t at, std::size_t unit) {
    std::size_t row = 1;
    for (std::size_t i = 0; i + unit <= at; i += unit) row += bytes[i] == '\n' ? 1 : 0;
    return row;
}

std::string convert(std::string_view bytes, const char* from, std::size_t unit, const std::string& source) {
    const IconvHandle cd(iconv_open("UTF-8", from));
    if (cd.get() == reinterpret_cast<void*>(-1)) throw InputError(fmt::format("encoding {} is not known on this machine", from), {source});
    std::string out(bytes.size() * 2 + 16, '\0');
    char*       in_at    = const_cast<char*>(bytes.data());  // iconv's interface predates const; it does not write
    std::size_t in_left  = bytes.size();
    char*       out_at   = out.data();
    std::size_t out_left = out.size();
    while (in_left > 0) {
        if (iconv(cd.get(), &in_at, &in_left, &out_at, &out_left) != static_cast<std::size_t>(-1)) break;
        if (errno == E2BIG) {
            const auto written = static_cast<std::size_t>(out_at - out.data());
            out.resize(out.size() * 2);
            out_at   = out.data() + written;
            out_left = out.size() - written;
            continue;
        }
        const std::size_t at = bytes.size() - in_left;
        throw InputError(fmt::format("byte {} is not valid {}; say encoding = \"...\" for this source, or save it again as UTF-8", at + 1, from),
                         {.source = source, .row = row_of(bytes, at, unit)});
    }
    out.resize(static_cast<std::size_t>(out_at - out.data()));
    return out;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    std::size_t i = 0;
    const auto  continuation = [&](std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
    while (i < text.size()) {
        if (i + 8 <= text.size()) {  // eight ASCII bytes at a time
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + i, 8);
            if ((word & 0x8080808080808080ULL) == 0) {
                i += 8;
                continue;
            }
        }
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
        } else if (lead >= 0xC2 && lead <= 0xDF && continuation(i + 1)) {
            i += 2;
        } else if (lead >= 0xE0 && lead <= 0xEF && continuation(i + 1) && continuation(i + 2)) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return false;  // overlong, surrogate
            i += 3;
        } else if (lead >= 0xF0 && lead <= 0xF4 && continuation(i + 1) && continuation(i + 2) && continuation(i + 3)) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return false;  // overlong, out of range
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

Decoded decode_text(std::string bytes, const std::string& encoding, const std::string& source) {
    const bool automatic = encoding.empty() || encoding == "auto";
    const auto is        = [&](std::string_view name) { return encoding == name; };
    if (bytes.starts_with("\xEF\xBB\xBF") && (automatic || is("UTF-8") || is("UTF-8-BOM"))) {
        bytes.erase(0, 3);
        if (!is_utf8(bytes)) throw InputError("starts with a UTF-8 mark but is not UTF-8; save it again as UTF-8", {source});
        return {std::move(bytes), "UTF-8-BOM"};
    }
    if (is("UTF-16LE") || (automatic && bytes.starts_with("\xFF\xFE"))) {
        return {convert(std::string_view(bytes).substr(bytes.starts_with("\xFF\xFE") ? 2 : 0), "UTF-16LE", 2, source), "UTF-16LE"};
    }
    if (is("UTF-16BE") || (automatic && bytes.starts_with("\xFE\xFF"))) {
        return {convert(std::string_view(bytes).substr(bytes.starts_with("\xFE\xFF") ? 2 : 0), "UTF-16BE", 2, source), "UTF-16BE"};
    }
    if ((automatic || is("UTF-8")) && is_utf8(bytes)) return {std::move(bytes), "UTF-8"};
    if (is("UTF-8")) throw InputError("is declared UTF-8 but is not; use encoding = \"auto\"", {source});
    if (automatic || is("GB18030") || is("GBK") || is("GB2312")) return {convert(bytes, "GB18030", 1, source), "GB18030"};
    throw InputError(fmt::format("encoding \"{}\" is not one of auto, UTF-8, UTF-16LE, UTF-16BE, GB18030", encoding), {source});
}

}  // namespace gapmap
