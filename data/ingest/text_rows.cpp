// Rows of CSV, TSV and "Unicode text" files. RFC 4180 quoting; the separator is found out from the first lines.
#include <algorithm>
#include <array>

#include "data/ingest/row_source.h"
#include "data/ingest/text_decode.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

char find_separator(std::string_view text) {
    std::array<std::pair<char, int>, 3> counts = {{{',', 0}, {'\t', 0}, {';', 0}}};
    int                                 lines  = 0;
    for (const char c : text) {
        if (c == '\n' && ++lines == 20) break;
        for (auto& [separator, count] : counts) count += c == separator ? 1 : 0;
    }
    return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

class TextRows final : public RowSource {
public:
    TextRows(Decoded decoded, std::string path) : decoded_(std::move(decoded)), path_(std::move(path)), separator_(find_separator(decoded_.text)) {}

    bool next(RawRow& row) override {
        row.cells.clear();
        if (at_ >= decoded_.text.size()) return false;
        row.number = ++line_;
        while (true) {
            row.cells.push_back(cell());
            if (at_ >= decoded_.text.size()) return true;
            const char c = decoded_.text[at_++];
            if (c == separator_) continue;
            if (c == '\r' && at_ < decoded_.text.size() && decoded_.text[at_] == '\n') ++at_;
            return true;
        }
    }
    [[nodiscard]] std::string encoding() const override { return decoded_.encoding; }

private:
    std::string_view cell() {
        std::string& text = decoded_.text;
        if (at_ < text.size() && text[at_] == '"') return quoted();
        const std::size_t from = at_;
        while (at_ < text.size() && text[at_] != separator_ && text[at_] != '\n' && text[at_] != '\r') ++at_;
        return std::string_view(text).substr(from, at_ - from);
    }

    /// Unquotes in place: the text only gets shorter, so earlier views stay right.
    std::string_view quoted() {
        std::string&      text = decoded_.text;
        const std::size_t from = ++at_;
        std::size_t       to   = from;
        while (at_ < text.size()) {
            if (text[at_] == '"') {
                if (at_ + 1 < text.size() && text[at_ + 1] == '"') {
                    ++at_;
                } else {
                    break;
                }
            }
            if (text[at_] == '\n') ++line_;
            text[to++] = text[at_++];
        }
        if (at_ >= text.size()) {
            throw InputError("a quotation mark is opened and never closed", {.source = path_, .row = line_});
        }
        ++at_;
        while (at_ < text.size() && text[at_] != separator_ && text[at_] != '\n' && text[at_] != '\r') ++at_;  // stray text behind the quote
        return std::string_view(text).substr(from, to - from);
    }

    Decoded       decoded_;
    std::string   path_;
    char          separator_;
    std::size_t   at_   = 0;
    std::uint64_t line_ = 0;
};

}  // namespace

std::unique_ptr<RowSource> open_text_rows(const std::string& path, const std::string& encoding) {
    return std::make_unique<TextRows>(decode_text(read_whole_file(path), encoding, path), path);
}

}  // namespace gapmap
