#include "data/read/xls_layout.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "data/ingest/text_decode.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::uint32_t last_special = 0xFFFFFFFA;  // sector numbers from here on are marks
constexpr std::size_t   max_merges   = 1 << 18;

template <class Number>
Number number_at(std::string_view bytes, std::size_t at) noexcept {
    Number value{};
    if (at <= bytes.size() && bytes.size() - at >= sizeof value) std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// The streams of an OLE container.
class Container {
public:
    explicit Container(std::string_view bytes) : bytes_(bytes), sector_(std::size_t{1} << std::min<unsigned>(number_at<std::uint16_t>(bytes, 30), 12U)) {
        for (std::size_t i = 0; i < 109; ++i) add_fat(number_at<std::uint32_t>(bytes, 76 + 4 * i));
        std::uint32_t more = number_at<std::uint32_t>(bytes, 68);
        for (std::size_t n = 0; more < last_special && n < bytes.size() / sector_; ++n) {
            const std::string_view block = sector(more);
            for (std::size_t i = 0; i + 8 <= block.size(); i += 4) add_fat(number_at<std::uint32_t>(block, i));
            more = block.size() < 4 ? last_special : number_at<std::uint32_t>(block, block.size() - 4);
        }
        directory_ = chain(number_at<std::uint32_t>(bytes, 48));
    }

    [[nodiscard]] std::optional<std::string> stream(std::string_view name) const {
        std::string wide;
        for (const char c : name) wide += {c, '\0'};
        for (std::size_t at = 0; at + 128 <= directory_.size(); at += 128) {
            const std::string_view entry = std::string_view(directory_).substr(at, 128);
            if (number_at<std::uint16_t>(entry, 64) != wide.size() + 2 || !entry.starts_with(wide)) continue;
            const auto start = number_at<std::uint32_t>(entry, 116), size = number_at<std::uint32_t>(entry, 120);
            std::string content = size < number_at<std::uint32_t>(bytes_, 56) ? small_stream(start, size) : chain(start);
            content.resize(std::min<std::size_t>(content.size(), size));
            return content;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::string_view sector(std::uint32_t i) const noexcept {
        const std::size_t at = (static_cast<std::size_t>(i) + 1) * sector_;
        return at >= bytes_.size() ? std::string_view() : bytes_.substr(at, sector_);
    }
    void add_fat(std::uint32_t i) {
        if (i >= last_special || fat_.size() > bytes_.size()) return;
        const std::string_view block = sector(i);
        for (std::size_t at = 0; at + 4 <= block.size(); at += 4) fat_.push_back(number_at<std::uint32_t>(block, at));
    }
    [[nodiscard]] std::string chain(std::uint32_t i) const {
        std::string out;
        for (std::size_t n = 0; i < fat_.size() && n <= fat_.size() && out.size() <= bytes_.size(); ++n) {
            out += sector(i);
            i = fat_[i];
        }
        return out;
    }
    /// A stream below the cut-off lies in sectors of 64 bytes within the root's stream.
    [[nodiscard]] std::string small_stream(std::uint32_t i, std::size_t size) const {
        const std::string mini = chain(number_at<std::uint32_t>(bytes_, 60)), root = chain(number_at<std::uint32_t>(directory_, 116));
        std::string       out;
        while (i < last_special && out.size() < size && std::size_t{i} * 64 < root.size()) {
            out += std::string_view(root).substr(std::size_t{i} * 64, 64);
            i = number_at<std::uint32_t>(mini, std::size_t{i} * 4);
        }
        return out;
    }

    std::string_view           bytes_;
    std::size_t                sector_;
    std::vector<std::uint32_t> fat_;
    std::string                directory_;
};

std::string decoded(std::string_view raw, const char* encoding) {
    try {
        return decode_text(std::string(raw), encoding, "").text;
    } catch (const InputError&) {
        return {};  // a name that cannot be read matches no sheet: its merged cells stay unknown
    }
}

std::string sheet_name(std::string_view record, bool biff8) {
    const auto length = static_cast<unsigned char>(record.size() > 6 ? record[6] : 0);
    if (!biff8) return decoded(record.substr(std::min<std::size_t>(7, record.size()), length), "GB18030");
    if (record.size() < 8) return {};
    if ((record[7] & 1) != 0) return decoded(record.substr(8, std::size_t{2} * length), "UTF-16LE");
    std::string wide;
    for (const char c : record.substr(8, length)) wide += {c, '\0'};
    return decoded(wide, "UTF-16LE");
}

/// Calls `take` with each record from `at` on until the end of its substream.
template <class Take>
void walk(std::string_view book, std::size_t at, Take take) {
    while (at + 4 <= book.size()) {
        const auto id = number_at<std::uint16_t>(book, at), size = number_at<std::uint16_t>(book, at + 2);
        if (id == 0x000A) return;
        take(id, book.substr(at + 4, size));
        at += 4U + size;
    }
}

void add_merges(std::string_view record, std::vector<CellRange>& merges) {
    const std::size_t count = number_at<std::uint16_t>(record, 0);
    for (std::size_t i = 0; i < count && 2 + 8 * (i + 1) <= record.size() && merges.size() < max_merges; ++i) {
        const auto value = [&](std::size_t k) { return number_at<std::uint16_t>(record, 2 + 8 * i + 2 * k); };
        if (value(0) <= value(1) && value(2) <= value(3)) merges.push_back({value(0) + 1U, value(1) + 1U, value(2), value(3)});
    }
}

}  // namespace

XlsLayout read_xls_layout(std::string_view bytes) {
    XlsLayout out;
    if (!bytes.starts_with("\xD0\xCF\x11\xE0")) return out;
    const Container container(bytes);
    auto            book  = container.stream("Workbook");
    const bool      biff8 = book.has_value();
    if (!book) book = container.stream("Book");
    if (!book) return out;
    std::vector<std::size_t> offsets;
    walk(*book, 0, [&](unsigned id, std::string_view record) {
        if (id == 0x002F) out.locked = true;
        if (id != 0x0085) return;
        offsets.push_back(number_at<std::uint32_t>(record, 0));
        out.sheets.push_back({sheet_name(record, biff8), record.size() > 4 && (record[4] & 3) != 0, {}});
    });
    for (std::size_t i = 0; i < offsets.size() && !out.locked; ++i) {
        walk(*book, offsets[i], [&](unsigned id, std::string_view record) {
            if (id == 0x00E5) add_merges(record, out.sheets[i].merges);
        });
    }
    return out;
}

}  // namespace gapmap
