// Rows of CSV, TSV and "Unicode text" files, straight from the mapped file where it is UTF-8. RFC 4180 quoting; the separator is
// found out from the first lines.
#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include "data/ingest/row_source.h"
#include "data/ingest/text_decode.h"
#include "data/read/mapped_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t longest_quoted = std::size_t{1} << 17U;  // a cell of Excel holds 32,767 letters
constexpr std::size_t forget_step    = std::size_t{1} << 24U;
constexpr std::array<std::string_view, 5> separators = {",", "\t", ";", "|", "，"};

/// How often each separator stands in a line, outside quotation marks.
std::array<int, 5> count_separators(std::string_view line) {
    std::array<int, 5> counts{};
    bool               quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') quoted = !quoted;
        if (quoted) continue;
        for (std::size_t s = 0; s < separators.size(); ++s) counts[s] += line.substr(i).starts_with(separators[s]) ? 1 : 0;
    }
    return counts;
}

/// The separator that most of the first lines have equally often; of equals, the one that stands there more often, then the one
/// listed first. A full-width comma separates only where no other does: it is a mark of prose as well.
std::string_view find_separator(std::string_view text) {
    std::array<std::map<int, int>, 5> lines;
    for (int line = 0; line < 30 && !text.empty(); ++line) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const auto        counts = count_separators(text.substr(0, std::min(end, longest_quoted)));
        for (std::size_t s = 0; s < separators.size(); ++s) {
            if (counts[s] > 0) ++lines[s][counts[s]];
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::size_t         best = 0;
    std::pair<int, int> best_score{0, 0};
    for (std::size_t s = 0; s < separators.size(); ++s) {
        std::pair<int, int> score{0, 0};
        for (const auto& [count, number] : lines[s]) score = std::max(score, {number, count});
        if (s + 1 == separators.size() && best_score.first > 0) continue;
        if (score <= best_score) continue;
        best       = s;
        best_score = score;
    }
    return separators[best];
}

class TextRows final : public RowSource {
public:
    TextRows(const std::string& path, const std::string& encoding) : map_(path) {
        const DecodedView view = decode_view(map_.bytes(), encoding, path, spool_, [this](std::size_t bytes) { map_.forget(bytes); });
        text_                  = view.text;
        encoding_              = view.encoding;
        is_converted_          = view.is_converted;
        separator_             = find_separator(text_);
        map_.forget(map_.bytes().size());  // finding out the encoding has looked at all of it
    }
    TextRows(const TextRows&)            = delete;
    TextRows& operator=(const TextRows&) = delete;

    bool next(RawRow& row) override {
        row.cells.clear();
        row.stray_quote = false;
        pool_used_      = 0;
        if (at_ >= text_.size()) return false;
        if (at_ >= forget_at_) forget();
        row.number = ++line_;
        while (true) {
            row.cells.push_back(cell(row));
            if (at_ >= text_.size()) return true;
            if (at_separator(at_)) {
                at_ += separator_.size();
                if (at_ < text_.size()) continue;
                row.cells.emplace_back();
                return true;
            }
            if (text_[at_++] == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
            return true;
        }
    }
    [[nodiscard]] std::string encoding() const override { return encoding_; }
    [[nodiscard]] bool        is_text() const override { return true; }

private:
    /// Memory stays the same however long the file is.
    void forget() noexcept {
        is_converted_ ? spool_.forget(at_) : map_.forget(at_);
        forget_at_ = at_ + forget_step;
    }
    [[nodiscard]] bool at_separator(std::size_t at) const noexcept { return text_[at] == separator_[0] && text_.substr(at, separator_.size()) == separator_; }
    [[nodiscard]] bool at_line_end(std::size_t at) const noexcept { return text_[at] == '\n' || text_[at] == '\r'; }

    std::string_view cell(RawRow& row) {
        if (text_[at_] == '"') {
            if (const auto value = quoted()) return *value;
            row.stray_quote = true;
        }
        const std::size_t from = at_;
        while (at_ < text_.size() && !at_line_end(at_) && !at_separator(at_)) ++at_;
        return text_.substr(from, at_ - from);
    }

    /// A quoted cell; nothing (and nothing read) where the closing mark is missing or more text follows it: then the mark is text.
    std::optional<std::string_view> quoted() {
        const std::size_t from = at_ + 1, limit = std::min(text_.size(), from + longest_quoted);
        std::size_t       at = from, lines = 0;
        bool              doubled = false;
        for (; at < limit; ++at) {
            if (text_[at] == '\n') ++lines;
            if (text_[at] != '"') continue;
            if (at + 1 >= text_.size() || text_[at + 1] != '"') break;
            doubled = true;
            ++at;
        }
        if (at >= limit) return std::nullopt;
        std::size_t behind = at + 1;
        while (behind < text_.size() && text_[behind] == ' ' && separator_ != " ") ++behind;
        if (behind < text_.size() && !at_line_end(behind) && !at_separator(behind)) return std::nullopt;
        at_ = behind;
        line_ += lines;
        const std::string_view raw = text_.substr(from, at - from);
        return doubled ? without_doubles(raw) : raw;
    }

    std::string_view without_doubles(std::string_view raw) {
        if (pool_used_ == pool_.size()) pool_.emplace_back();
        std::string& out = pool_[pool_used_++];
        out.clear();
        for (std::size_t i = 0; i < raw.size(); ++i) {
            out += raw[i];
            if (raw[i] == '"') ++i;
        }
        return out;
    }

    MappedFile              map_;
    Spool                   spool_;
    std::string             encoding_;
    bool                    is_converted_ = false;
    std::string_view        text_, separator_;
    std::deque<std::string> pool_;  // a deque: views into it live until the next row
    std::size_t             pool_used_ = 0, at_ = 0, forget_at_ = forget_step;
    std::uint64_t           line_ = 0;
};

}  // namespace

std::unique_ptr<RowSource> open_text_rows(const std::string& path, const std::string& encoding) { return std::make_unique<TextRows>(path, encoding); }

}  // namespace gapmap
