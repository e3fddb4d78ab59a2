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

/// Converts block by block, so that only the result grows.
std::string convert(std::string_view bytes, const char* from, std::size_t unit, const std::string& source) {
    const IconvHandle cd(iconv_open("UTF-8", from));
    if (cd.get() == reinterpret_cast<void*>(-1)) throw InputError(fmt::format("encoding {} is not known on this machine", from), {source});
    std::string out, block(std::size_t{1} << 18U, '\0');
    out.reserve(bytes.size() + bytes.size() / 8);
    char*       in_at   = const_cast<char*>(bytes.data());  // iconv's interface predates const; it does not write
    std::size_t in_left = bytes.size();
    while (in_left > 0) {
        char*             out_at   = block.data();
        std::size_t       out_left = block.size();
        const std::size_t code     = iconv(cd.get(), &in_at, &in_left, &out_at, &out_left);
        const int         reason   = errno;
        out.append(block, 0, block.size() - out_left);
        if (code != static_cast<std::size_t>(-1)) break;
        if (reason == E2BIG) continue;
        const std::size_t at = bytes.size() - in_left;
        throw InputError(fmt::format("byte {} is not valid {}; say encoding = \"...\" for this source, or save it again as UTF-8", at + 1, from),
                         {.source = source, .row = row_of(bytes, at, unit)});
    }
    return out;
}

/// Zero bytes in every second place only, as in UTF-16 without a mark: 1 where the odd ones are zero (little-endian), 2 the even ones.
int zero_bytes(std::string_view bytes) noexcept {
    if (bytes.size() < 4 || bytes.size() % 2 != 0) return 0;
    const std::string_view some = bytes.substr(0, std::size_t{1} << 16U);
    std::size_t            even = 0, odd = 0;
    for (std::size_t i = 0; i < some.size(); ++i) {
        if (some[i] == 0) ++(i % 2 == 0 ? even : odd);
    }
    if (odd * 20 >= some.size() / 2 && even == 0) return 1;
    return even * 20 >= some.size() / 2 && odd == 0 ? 2 : 0;
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
    std::string       owned;
    const DecodedView view = decode_view(bytes, encoding, source, owned);
    if (view.text.data() == owned.data()) return {std::move(owned), view.encoding};
    bytes.erase(0, bytes.size() - view.text.size());
    return {std::move(bytes), view.encoding};
}

DecodedView decode_view(std::string_view bytes, const std::string& encoding, const std::string& source, std::string& owned) {
    const bool automatic = encoding.empty() || encoding == "auto";
    const auto is        = [&](std::string_view name) { return encoding == name; };
    const auto convert_from = [&](const char* name, std::string_view mark, std::size_t unit) {
        owned = convert(bytes.substr(bytes.starts_with(mark) ? mark.size() : 0), name, unit, source);
        return DecodedView{owned, name};
    };
    if (bytes.starts_with("\xEF\xBB\xBF") && (automatic || is("UTF-8") || is("UTF-8-BOM"))) {
        if (!is_utf8(bytes)) throw InputError("starts with a UTF-8 mark but is not UTF-8; save it again as UTF-8", {source});
        return {bytes.substr(3), "UTF-8-BOM"};
    }
    const int zeros = automatic ? zero_bytes(bytes) : 0;
    if (is("UTF-16LE") || (automatic && bytes.starts_with("\xFF\xFE")) || zeros == 1) return convert_from("UTF-16LE", "\xFF\xFE", 2);
    if (is("UTF-16BE") || (automatic && bytes.starts_with("\xFE\xFF")) || zeros == 2) return convert_from("UTF-16BE", "\xFE\xFF", 2);
    if ((automatic || is("UTF-8") || is("UTF-8-BOM")) && is_utf8(bytes)) return {bytes, "UTF-8"};
    if (is("UTF-8") || is("UTF-8-BOM")) throw InputError("is declared UTF-8 but is not; use encoding = \"auto\"", {source});
    if (automatic || is("GB18030") || is("GBK") || is("GB2312")) return convert_from("GB18030", {}, 1);
    throw InputError(fmt::format("encoding \"{}\" is not one of auto, UTF-8, UTF-16LE, UTF-16BE, GB18030", encoding), {source});
}

}  // namespace gapmap
