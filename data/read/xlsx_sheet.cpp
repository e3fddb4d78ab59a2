#include "data/read/xlsx_sheet.h"

#include <fmt/format.h>

#include <charconv>
#include <deque>

#include "data/read/number_text.h"
#include "data/read/xml_reader.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t max_columns    = 16'384;
constexpr std::size_t max_cell_bytes = std::size_t{1} << 20U;
constexpr std::size_t max_merges     = 1 << 18;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Rows as the parser finds them; finished ones wait in a queue whose members are used again.
class SheetSink final : public XmlSink {
public:
    SheetSink(const XlsxWorkbook& book, const SharedTexts& shared) : book_(book), shared_(shared) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "c") return start_cell(attributes);
        if (name == "v") {
            collecting_ = in_cell_;
            has_value_  = true;
        } else if (name == "t") {
            collecting_ = in_cell_ && in_inline_ && phonetic_ == 0;
        } else if (name == "row") {
            start_row(attributes);
        } else if (name == "is") {
            in_inline_ = true;
        } else if (name == "rPh") {
            ++phonetic_;
        } else if (name == "f") {
            has_formula_ = true;
        }
    }
    void end(std::string_view name) override {
        if (name == "v" || name == "t") {
            collecting_ = false;
        } else if (name == "c") {
            finish_cell();
        } else if (name == "row") {
            finish_row();
        } else if (name == "is") {
            in_inline_ = false;
        } else if (name == "rPh") {
            --phonetic_;
        }
    }
    void text(std::string_view characters) override {
        if (!collecting_) return;
        value_ += characters;
        if (value_.size() > max_cell_bytes) fail("a cell is longer than 1 MiB");
    }

    std::deque<SheetRow> ready;
    std::deque<SheetRow> spare;
    std::uint64_t        uncalculated = 0, errors = 0, hidden_rows = 0;

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw InputError("is damaged: " + what + "; open it in a spreadsheet program and save it again", {.source = book_.archive().source(), .row = row_.number});
    }
    void start_row(const XmlAttributes& attributes) {
        std::uint64_t          number = 0;
        const std::string_view given  = attributes["r"];
        std::from_chars(given.data(), given.data() + given.size(), number);
        if (number == 0 || number > 100'000'000) number = last_row_ + 1;
        last_row_ = number;
        row_.clear(number);
        in_row_      = true;
        hidden_      = attributes["hidden"] == "1" || attributes["hidden"] == "true";
        next_column_ = 0;
    }
    void start_cell(const XmlAttributes& attributes) {
        if (!in_row_) return;
        const std::string_view name = attributes["r"];
        if (const auto cell = parse_cell_name(name)) next_column_ = cell->column;
        if (next_column_ >= max_columns) fail("a cell lies beyond column 16384");
        column_ = next_column_++;
        type_   = attributes["t"];
        style_  = 0;
        const std::string_view style = attributes["s"];
        std::from_chars(style.data(), style.data() + style.size(), style_);
        value_.clear();
        in_cell_   = true;
        has_value_ = has_formula_ = false;
    }
    void finish_cell() {
        if (!in_cell_) return;
        in_cell_ = collecting_ = false;
        if (has_formula_ && (!has_value_ || (value_.empty() && type_ != "str"))) ++uncalculated;
        if (type_ == "e") ++errors;
        if (type_ == "e" || value_.empty()) return;
        const std::size_t from = row_.text.size();
        origin_                = CellOrigin::text;
        append_value();
        if (column_ >= row_.cells.size()) row_.cells.resize(column_ + 1);
        row_.cells[column_] = {from, row_.text.size() - from, origin_};
    }
    void append_value() {
        if (type_ == "s") {
            std::size_t    index = 0;
            const auto     text  = trimmed(value_);
            const auto     end   = std::from_chars(text.data(), text.data() + text.size(), index);
            if (end.ec != std::errc() || !shared_.has(index)) fail("a cell names a shared text that is not there");
            row_.text += shared_.at(index);
        } else if (type_ == "b") {
            row_.text += trimmed(value_) == "1" || trimmed(value_) == "true" ? "TRUE" : "FALSE";
        } else if (type_ == "str" || type_ == "inlineStr") {
            append_unescaped(row_.text, value_);
        } else if (type_ == "d") {
            append_iso_day();
        } else {
            append_numeric();
        }
    }
    /// An ISO moment: the T between day and time goes, and a time of midnight, as with serial numbers.
    void append_iso_day() {
        origin_ = CellOrigin::day;
        std::string_view text = trimmed(value_);
        if (text.ends_with("Z")) text.remove_suffix(1);
        if (const auto at = text.find("T00:00:00"); at != std::string_view::npos) text = text.substr(0, at);
        for (const char c : text) row_.text += c == 'T' ? ' ' : c;
    }
    void append_numeric() {
        const std::string_view text   = trimmed(value_);
        const ParsedNumber     number = parse_number(text.data(), text.data() + text.size());
        if (number.end != text.data() + text.size() || number.end == nullptr) {
            row_.text += text;  // not a number after all: as it stands, so that the row can be held back by what is in it
        } else {
            const XlsxStyle style = book_.style(style_);
            const auto      from  = row_.text.size();
            origin_               = style.kind == CellKind::number ? CellOrigin::number : CellOrigin::day;
            append_serial(row_.text, number.value, style.kind, book_.is_1904());
            const auto digits = row_.text.size() - from;
            const bool whole  = row_.text.find_first_not_of("0123456789", from) == std::string::npos;
            if (whole && digits < style.zeros) row_.text.insert(from, style.zeros - digits, '0');
        }
    }
    void finish_row() {
        in_row_ = false;
        if (row_.cells.empty()) return;
        hidden_rows += hidden_ ? 1 : 0;
        ready.push_back(std::move(row_));
        if (spare.empty()) {
            row_ = {};
        } else {
            row_ = std::move(spare.front());
            spare.pop_front();
        }
    }

    const XlsxWorkbook& book_;
    const SharedTexts&  shared_;
    SheetRow            row_;
    std::string         value_, type_;
    std::size_t         column_ = 0, next_column_ = 0, style_ = 0;
    std::uint64_t       last_row_ = 0;
    CellOrigin          origin_   = CellOrigin::text;
    int                 phonetic_ = 0;
    bool                in_row_ = false, in_cell_ = false, in_inline_ = false, collecting_ = false, has_value_ = false, has_formula_ = false, hidden_ = false;
};

struct MergesSink final : XmlSink {
    std::vector<CellRange> ranges;
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name != "mergeCell" || ranges.size() >= max_merges) return;
        if (const auto range = parse_cell_range(attributes["ref"])) ranges.push_back(*range);
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

/// Merged ranges stand behind the rows that they are about: a sheet that has some is read twice.
std::vector<CellRange> find_merges(const ZipArchive& archive, const ZipEntry& entry) {
    constexpr std::string_view word = "mergeCell";
    ZipStream   stream = archive.open(entry);
    std::string block(std::size_t{1} << 16U, '\0'), tail;
    while (const std::size_t n = stream.read(block)) {
        const std::string_view some = std::string_view(block).substr(0, n);
        tail += some.substr(0, word.size());
        if (some.find(word) != std::string_view::npos || tail.find(word) != std::string::npos) {
            MergesSink sink;
            read_xml(archive, entry, sink);
            return sink.ranges;
        }
        tail = some.substr(n - std::min(n, word.size()));
    }
    return {};
}

const ZipEntry& part_of(const XlsxWorkbook& book, const XlsxSheetInfo& info) {
    if (const ZipEntry* entry = book.archive().find(info.part)) return *entry;
    throw InputError(fmt::format("is damaged: the part {} is missing; open it in a spreadsheet program and save it again", info.part), {.source = book.archive().source(), .sheet = info.name});
}

}  // namespace

struct XlsxSheet::State {
    State(XlsxWorkbook& book, const ZipEntry& entry)
        : merges(find_merges(book.archive(), entry)), sink(book, book.shared_texts()), stream(book.archive().open(entry)), reader(sink, book.archive().source(), entry.name),
          block(std::size_t{1} << 16U, '\0') {}
    MergeFill   merges;
    SheetSink   sink;
    ZipStream   stream;
    XmlReader   reader;
    std::string block;
    SheetRow    current;
    bool        ended = false;
};

XlsxSheet::XlsxSheet(XlsxWorkbook& book, const XlsxSheetInfo& info) : state_(std::make_unique<State>(book, part_of(book, info))) {}
XlsxSheet::~XlsxSheet() = default;

const SheetRow* XlsxSheet::next() {
    State& s = *state_;
    while (s.sink.ready.empty()) {
        if (s.ended) return nullptr;
        const std::size_t n = s.stream.read(s.block);
        s.ended             = n == 0;
        s.reader.feed(std::string_view(s.block).substr(0, n), s.ended);
    }
    s.sink.spare.push_back(std::move(s.current));
    s.current = std::move(s.sink.ready.front());
    s.sink.ready.pop_front();
    s.merges.fill(s.current);
    return &s.current;
}

const std::vector<CellRange>& XlsxSheet::merges() const noexcept { return state_->merges.ranges(); }
std::uint64_t                 XlsxSheet::uncalculated() const noexcept { return state_->sink.uncalculated; }
std::uint64_t                 XlsxSheet::errors() const noexcept { return state_->sink.errors; }
std::uint64_t                 XlsxSheet::hidden_rows() const noexcept { return state_->sink.hidden_rows; }

}  // namespace gapmap
