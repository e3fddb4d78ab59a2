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
    const auto ends_line = [&](std::size_t i) {
        if (unit == 1) return bytes[i] == '\n';
        return (bytes[i] == '\n' && bytes[i + 1] == 0) || (bytes[i] == 0 && bytes[i + 1] == '\n');  // 上 is U+4E0A: one byte alone says nothing
    };
    for (std::size_t i = 0; i + unit <= at; i += unit) row += ends_line(i) ? 1 : 0;
    return row;
}

using Passed = std::function<void(std::size_t)>;

constexpr std::size_t piece_bytes = std::size_t{1} << 24U;

/// Converts block by block into `out`.
void convert(std::string_view bytes, const char* from, std::size_t unit, const std::string& source, Spool& out, const Passed& passed) {
    const IconvHandle cd(iconv_open("UTF-8", from));
    if (cd.get() == reinterpret_cast<void*>(-1)) throw InputError(fmt::format("encoding {} is not known on this machine", from), {source});
    std::string block(std::size_t{1} << 18U, '\0');
    char*       in_at   = const_cast<char*>(bytes.data());  // iconv's interface predates const; it does not write
    std::size_t in_left = bytes.size(), told = 0;
    while (in_left > 0) {
        char*             out_at   = block.data();
        std::size_t       out_left = block.size();
        const std::size_t code     = iconv(cd.get(), &in_at, &in_left, &out_at, &out_left);
        const int         reason   = errno;
        out.append(std::string_view(block).substr(0, block.size() - out_left));
        if (bytes.size() - in_left - told >= piece_bytes) passed(told = bytes.size() - in_left);
        if (code != static_cast<std::size_t>(-1)) break;
        if (reason == E2BIG) continue;
        const std::size_t at = bytes.size() - in_left;
        throw InputError(fmt::format("byte {} is not valid {}; say encoding = \"...\" for this source, or save it again as UTF-8", at + 1, from),
                         {.source = source, .row = row_of(bytes, at, unit)});
    }
}

/// What the zero bytes of a text without a mark say. In UTF-16 commas, digits and line ends have one each, all on the same side; letters such as 一
/// (U+4E00) have one on the other side now and then.
enum class ZeroBytes { none_or_stray, little_endian, big_endian, unclear };

ZeroBytes zero_bytes(std::string_view bytes) noexcept {
    if (bytes.size() < 4) return ZeroBytes::none_or_stray;
    const std::string_view some = bytes.substr(0, std::size_t{1} << 16U);
    std::size_t            even = 0, odd = 0;
    for (std::size_t i = 0; i < some.size(); ++i) {
        if (some[i] == 0) ++(i % 2 == 0 ? even : odd);
    }
    const std::size_t letters  = some.size() / 2;
    const auto        is_clear = [&](std::size_t mine, std::size_t other) { return mine * 20 >= letters && mine >= 8 * other; };
    if (is_clear(odd, even)) return ZeroBytes::little_endian;
    if (is_clear(even, odd)) return ZeroBytes::big_endian;
    return (even + odd) * 50 > some.size() ? ZeroBytes::unclear : ZeroBytes::none_or_stray;
}

/// Three-byte letters of a line that is UTF-8 throughout; 0 where it is not.
std::size_t utf8_letters(std::string_view line) noexcept {
    return is_utf8(line) ? static_cast<std::size_t>(std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xF0) == 0xE0; })) : 0;
}

bool is_ascii(std::string_view line) noexcept {
    return std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Lines of two files pasted together: which encoding most of them are in, and the first that is in the other one.
struct LineCensus {
    std::size_t utf8 = 0, other = 0;              ///< lines with letters
    std::size_t first_other = 0, first_utf8 = 0;  ///< from 1; 0: none. first_utf8: of those that can be nothing else
};

LineCensus count_lines(std::string_view bytes) {
    constexpr std::size_t sure = 4;  // so many letters of three bytes make no sense as code page 936
    LineCensus            out;
    for (std::size_t line = 1; !bytes.empty(); ++line) {
        const std::size_t      end  = std::min(bytes.find('\n'), bytes.size());
        const std::string_view text = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (is_ascii(text)) continue;
        const std::size_t letters = utf8_letters(text);
        ++(letters > 0 ? out.utf8 : out.other);
        if (letters == 0 && out.first_other == 0 && !is_utf8(text)) out.first_other = line;
        if (letters >= sure && out.first_utf8 == 0) out.first_utf8 = line;
    }
    return out;
}

[[noreturn]] void refuse_line(std::size_t line, const char* found, const char* most, const std::string& source) {
    throw InputError(fmt::format("the line is {}, while the rest of the file is {}: two files were probably pasted together; save it again as UTF-8", found, most), {.source = source, .row = line});
}

/// Refuses a text that is not all UTF-8 although most of its lines are, and one that is not although some surely are.
void refuse_mixture(std::string_view bytes, const std::string& source) {
    const LineCensus lines = count_lines(bytes);
    if (lines.utf8 > lines.other) refuse_line(lines.first_other, "not UTF-8 (code page 936?)", "UTF-8", source);
    if (lines.first_utf8 != 0) refuse_line(lines.first_utf8, "UTF-8", "GB18030", source);
}

[[noreturn]] void refuse_declared_utf8(std::string_view bytes, const char* why, const std::string& source) {
    throw InputError(fmt::format("{}, but this line is not; save it again as UTF-8, or use encoding = \"auto\"", why), {.source = source, .row = count_lines(bytes).first_other});
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

namespace {

/// is_utf8() piece by piece, cut behind line ends, where no letter is cut.
bool all_utf8(std::string_view text, const Passed& passed) {
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t line_end = text.size() - from <= piece_bytes ? text.size() : text.find('\n', from + piece_bytes);
        const std::size_t to       = std::min(line_end, text.size() - 1) + 1;
        if (!is_utf8(text.substr(from, to - from))) return false;
        passed(to);
        from = to;
    }
    return true;
}

}  // namespace

Decoded decode_text(std::string bytes, const std::string& encoding, const std::string& source) {
    Spool             spool;
    const DecodedView view = decode_view(bytes, encoding, source, spool);
    if (view.is_converted) return {std::string(view.text), view.encoding};
    bytes.erase(0, bytes.size() - view.text.size());
    return {std::move(bytes), view.encoding};
}

DecodedView decode_view(std::string_view bytes, const std::string& encoding, const std::string& source, Spool& spool, const Passed& passed) {
    const bool automatic = encoding.empty() || encoding == "auto";
    const auto is        = [&](std::string_view name) { return encoding == name; };
    const auto convert_from = [&](const char* name, std::string_view mark, std::size_t unit) {
        convert(bytes.substr(bytes.starts_with(mark) ? mark.size() : 0), name, unit, source, spool, passed);
        return DecodedView{spool.finish(), name, true};
    };
    if (bytes.starts_with("\xEF\xBB\xBF") && (automatic || is("UTF-8") || is("UTF-8-BOM"))) {
        if (!all_utf8(bytes, passed)) refuse_declared_utf8(bytes, "starts with a UTF-8 mark", source);
        return {bytes.substr(3), "UTF-8-BOM"};
    }
    const bool marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
    const auto zeros  = automatic && !marked ? zero_bytes(bytes) : ZeroBytes::none_or_stray;
    if (is("UTF-16LE") || (automatic && bytes.starts_with("\xFF\xFE")) || zeros == ZeroBytes::little_endian) return convert_from("UTF-16LE", "\xFF\xFE", 2);
    if (is("UTF-16BE") || (automatic && bytes.starts_with("\xFE\xFF")) || zeros == ZeroBytes::big_endian) return convert_from("UTF-16BE", "\xFE\xFF", 2);
    if (zeros == ZeroBytes::unclear) {
        throw InputError("has so many zero bytes that it may be UTF-16 (\"Unicode text\"), but not regularly; say encoding = \"UTF-16LE\" for this source, or save it again as UTF-8", {source});
    }
    if ((automatic || is("UTF-8") || is("UTF-8-BOM")) && all_utf8(bytes, passed)) return {bytes, "UTF-8"};
    if (is("UTF-8") || is("UTF-8-BOM")) refuse_declared_utf8(bytes, "is declared UTF-8", source);
    if (automatic) refuse_mixture(bytes, source);
    if (automatic || is("GB18030") || is("GBK") || is("GB2312")) return convert_from("GB18030", {}, 1);
    throw InputError(fmt::format("encoding \"{}\" is not one of auto, UTF-8, UTF-16LE, UTF-16BE, GB18030", encoding), {source});
}

}  // namespace gapmap
