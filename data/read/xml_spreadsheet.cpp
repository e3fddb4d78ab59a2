#include <algorithm>
#include <charconv>

#include "data/read/sheet_table.h"
#include "data/read/xlsx_format.h"
#include "data/read/number_text.h"
#include "data/read/xml_reader.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t max_columns = 16'384;

std::uint64_t whole(std::string_view text) noexcept {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::min<std::uint64_t>(value, 100'000'000);
}

class SpreadsheetSink final : public XmlSink {
public:
    explicit SpreadsheetSink(std::string source) : source_(std::move(source)) {}
    std::vector<SheetTable> tables;

    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "Worksheet") {
            tables.push_back({std::string(attributes["Name"]), false, {}, {}});
            number_  = 0;
            in_cell_ = in_data_ = false;
        } else if (tables.empty()) {
            return;
        } else if (name == "Row") {
            const std::uint64_t index = whole(attributes["Index"]);
            number_                   = index > number_ ? index : number_ + 1;
            column_                   = 0;
            tables.back().rows.emplace_back().clear(number_);
        } else if (name == "Cell" && !tables.back().rows.empty()) {
            start_cell(attributes);
        } else if (name == "Data") {
            type_    = attributes["Type"];
            in_data_ = in_cell_;
            value_.clear();
        } else if (name == "Visible") {
            in_visible_ = true;
            value_.clear();
        }
    }
    void end(std::string_view name) override {
        if (name == "Data" && in_data_) {
            in_data_ = false;
            finish_cell();
        } else if (name == "Cell") {
            in_cell_ = false;
        } else if (name == "Visible" && in_visible_) {
            in_visible_ = false;
            if (!tables.empty() && value_.starts_with("SheetHidden")) tables.back().hidden = true;
            if (!tables.empty() && value_.starts_with("SheetVeryHidden")) tables.back().hidden = true;
        }
    }
    void text(std::string_view characters) override {
        if (in_data_ || in_visible_) value_ += characters;
    }

private:
    void start_cell(const XmlAttributes& attributes) {
        const std::uint64_t index = whole(attributes["Index"]);
        if (index > 0) column_ = index - 1;
        const std::uint64_t across = whole(attributes["MergeAcross"]), down = whole(attributes["MergeDown"]);
        if (column_ + across >= max_columns) throw InputError("is damaged: a cell lies beyond column 16384; save it again as .xlsx", {.source = source_, .row = number_});
        if (across > 0 || down > 0) tables.back().merges.push_back({number_, number_ + down, column_, column_ + across});
        cell_    = column_;
        column_ += across + 1;
        in_cell_ = true;
    }
    void finish_cell() {
        SheetRow& row = tables.back().rows.back();
        if (type_ == "Error") return;
        if (type_ == "Number") {
            const ParsedNumber number = parse_number(value_.data(), value_.data() + value_.size());
            if (number.end != nullptr && number.end == value_.data() + value_.size()) {
                value_.clear();
                append_cell_number(value_, number.value);
            }
        } else if (type_ == "DateTime") {
            if (const auto tail = value_.find("T00:00:00"); tail != std::string::npos) value_.erase(tail);
            if (const auto split = value_.find('T'); split != std::string::npos) value_ = value_.substr(0, split) + ' ' + value_.substr(split + 1, 8);
        } else if (type_ == "Boolean") {
            value_ = value_ == "1" ? "TRUE" : "FALSE";
        }
        row.set(cell_, value_, type_ == "Number" ? CellOrigin::number : type_ == "DateTime" ? CellOrigin::day : CellOrigin::text);
    }

    std::string   source_, type_, value_;
    std::uint64_t number_ = 0;
    std::size_t   column_ = 0, cell_ = 0;
    bool          in_cell_ = false, in_data_ = false, in_visible_ = false;
};

}  // namespace

std::vector<SheetTable> read_xml_spreadsheet(std::string_view xml, const std::string& source) {
    SpreadsheetSink sink(source);
    read_xml(xml, sink, source);
    return std::move(sink.tables);
}

}  // namespace gapmap
