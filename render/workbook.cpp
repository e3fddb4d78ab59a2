#include "render/workbook.h"

#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr double       min_width = 8, max_width = 40;
constexpr std::size_t  rows_measured = 100;  // column widths come from the first rows: enough for a ledger, and O(1)
constexpr std::int32_t excel_epoch_to_unix_days = 25569;

/// libxlsxwriter writes to a path only; the file lives for the length of a call.
class TemporaryFile {
public:
    TemporaryFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "gapmap-XXXXXX").string();
        const int   fd      = ::mkstemp(pattern.data());
        if (fd < 0) throw OutputError("no temporary file can be made for a workbook");
        ::close(fd);
        path_ = pattern;
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    TemporaryFile(const TemporaryFile&)            = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

void check(lxw_error error, std::string_view doing) {
    if (error != LXW_NO_ERROR) throw OutputError(fmt::format("workbook, {}: {}", doing, lxw_strerror(error)));
}

/// Width in columns of a monospaced font: a CJK character takes two.
double display_width(std::string_view utf8) {
    double width = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) width += byte >= 0xE0U ? 2 : 1;
    }
    return width;
}

struct CellWidth {
    double operator()(std::monostate) const { return 0; }
    double operator()(const std::string& text) const { return display_width(text); }
    double operator()(double) const { return 10; }
    double operator()(Day) const { return 11; }
    double operator()(const WorkbookLink& link) const { return display_width(link.text); }
};

struct TextWidth {
    double operator()(const std::string& text) const { return display_width(text); }
    template <class Other>
    double operator()(const Other&) const { return 0; }
};

class WorkbookBuilder {
public:
    explicit WorkbookBuilder(const std::string& path) : book_(workbook_new(path.c_str())) {
        if (book_ == nullptr) throw OutputError("workbook cannot be created");
        header_         = header_format();
        wrapped_header_ = header_format();
        format_set_text_wrap(wrapped_header_);
        wrapped_ = workbook_add_format(book_);
        format_set_text_wrap(wrapped_);
        format_set_align(wrapped_, LXW_ALIGN_VERTICAL_TOP);
    }

    void set_properties(const WorkbookOptions& options) {
        lxw_doc_properties properties{};
        std::string        title = options.title;
        properties.title         = title.data();
        // libxlsxwriter takes 0 for "now"; midday keeps the date in any time zone
        properties.created = std::int64_t{options.created.days} * 86400 + 43200;
        check(workbook_set_properties(book_, &properties), "properties");
    }

    void add(const WorkbookSheet& sheet) {
        check(workbook_validate_sheet_name(book_, sheet.name.c_str()), fmt::format("sheet name '{}'", sheet.name));
        sheet_ = workbook_add_worksheet(book_, sheet.name.c_str());
        formats_for(sheet);
        set_widths(sheet);
        for (std::size_t r = 0; r < sheet.rows.size(); ++r) write_row(sheet, r);
        for (const MergedRange& range : sheet.merges) merge(sheet, range);
        finish(sheet);
    }

    void close() {
        lxw_workbook* book = std::exchange(book_, nullptr);
        check(workbook_close(book), "writing");
    }
    ~WorkbookBuilder() {
        if (book_ != nullptr) workbook_close(book_);  // after an error: the bytes are thrown away
    }
    WorkbookBuilder(const WorkbookBuilder&)            = delete;
    WorkbookBuilder& operator=(const WorkbookBuilder&) = delete;

private:
    lxw_format* header_format() {
        lxw_format* format = workbook_add_format(book_);
        format_set_bold(format);
        format_set_bg_color(format, 0xE7E6E6);
        format_set_align(format, LXW_ALIGN_CENTER);
        format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
        format_set_border(format, LXW_BORDER_THIN);
        return format;
    }

    lxw_format* number_format(const std::string& code) {
        if (code.empty()) return nullptr;
        lxw_format*& format = formats_[code];
        if (format == nullptr) {
            format = workbook_add_format(book_);
            format_set_num_format(format, code.c_str());
        }
        return format;
    }

    void formats_for(const WorkbookSheet& sheet) {
        column_formats_.clear();
        for (const std::string& code : sheet.column_formats) column_formats_.push_back(number_format(code));
    }

    lxw_format* format_of(std::size_t row, std::size_t column, const WorkbookSheet& sheet) const {
        if (row < sheet.header_rows) return header_;
        return column < column_formats_.size() ? column_formats_[column] : nullptr;
    }

    void write_row(const WorkbookSheet& sheet, std::size_t r) {
        const WorkbookRow& row = sheet.rows[r];
        for (std::size_t c = 0; c < row.size(); ++c) {
            lxw_format* format = format_of(r, c, sheet);
            // a text that its column would cut takes more lines; a lone title runs on over the empty cells beside it
            if (row.size() > 1 && c < widths_.size() && std::visit(TextWidth{}, row[c]) > widths_[c]) format = r < sheet.header_rows ? wrapped_header_ : wrapped_;
            write_cell(static_cast<lxw_row_t>(r), static_cast<lxw_col_t>(c), row[c], format);
        }
    }

    void write_cell(lxw_row_t r, lxw_col_t c, const CellValue& value, lxw_format* format) {
        lxw_error error = LXW_NO_ERROR;
        if (const auto* text = std::get_if<std::string>(&value)) {
            error = worksheet_write_string(sheet_, r, c, text->c_str(), format);
        } else if (const auto* number = std::get_if<double>(&value)) {
            error = worksheet_write_number(sheet_, r, c, *number, format);
        } else if (const auto* day = std::get_if<Day>(&value)) {
            error = worksheet_write_number(sheet_, r, c, day->days + excel_epoch_to_unix_days,
                                           format != nullptr ? format : number_format("yyyy-mm-dd"));
        } else if (const auto* link = std::get_if<WorkbookLink>(&value)) {
            error = worksheet_write_url_opt(sheet_, r, c, ("external:" + link->target).c_str(), nullptr, link->text.c_str(), nullptr);
        } else if (format == header_ || format == wrapped_header_) {
            error = worksheet_write_blank(sheet_, r, c, format);
        }
        check(error, fmt::format("sheet '{}' row {}", sheet_->name, r + 1));
    }

    void merge(const WorkbookSheet& sheet, const MergedRange& range) {
        const CellValue first = sheet.rows.at(range.first_row).at(range.first_column);
        const auto*     text  = std::get_if<std::string>(&first);
        lxw_format* const format = format_of(range.first_row, range.first_column, sheet);
        check(worksheet_merge_range(sheet_, range.first_row, range.first_column, range.last_row, range.last_column,
                                    text != nullptr ? text->c_str() : "", format), "merging cells");
        if (text == nullptr) write_cell(range.first_row, range.first_column, first, format);
    }

    void set_widths(const WorkbookSheet& sheet) {
        std::vector<double> widths = sheet.column_widths;
        if (widths.empty()) {  // those that are given are taken as they are
            for (std::size_t r = 0; r < std::min(sheet.rows.size(), rows_measured); ++r) {
                const WorkbookRow& row = sheet.rows[r];
                if (row.size() == 1) continue;  // a title across the sheet says nothing about its column
                widths.resize(std::max(widths.size(), row.size()), min_width);
                for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], std::visit(CellWidth{}, row[c]) + 2);
            }
        }
        if (sheet.column_widths.empty()) std::ranges::for_each(widths, [](double& width) { width = std::min(width, max_width); });
        for (std::size_t c = 0; c < widths.size(); ++c) {
            const auto column = static_cast<lxw_col_t>(c);
            worksheet_set_column(sheet_, column, column, widths[c], c < column_formats_.size() ? column_formats_[c] : nullptr);
        }
        widths_ = std::move(widths);
    }

    void finish(const WorkbookSheet& sheet) {
        if (sheet.freeze_header) worksheet_freeze_panes(sheet_, sheet.header_rows, 0);
        if (!sheet.autofilter || sheet.header_rows == 0 || sheet.rows.size() < sheet.header_rows) return;
        const WorkbookRow& header = sheet.rows[sheet.header_rows - 1];
        if (header.empty()) return;
        worksheet_autofilter(sheet_, sheet.header_rows - 1, 0, static_cast<lxw_row_t>(sheet.rows.size() - 1),
                             static_cast<lxw_col_t>(header.size() - 1));
    }

    lxw_workbook*                      book_;
    lxw_worksheet*                     sheet_  = nullptr;
    lxw_format*                        header_ = nullptr;
    lxw_format*                        wrapped_header_ = nullptr;
    lxw_format*                        wrapped_ = nullptr;
    std::vector<double>                widths_;  ///< of the sheet's columns, in characters
    std::map<std::string, lxw_format*> formats_;
    std::vector<lxw_format*>           column_formats_;
};

}  // namespace

std::string workbook_bytes(const std::vector<WorkbookSheet>& sheets, const WorkbookOptions& options) {
    const TemporaryFile file;
    {
        WorkbookBuilder builder(file.path());
        builder.set_properties(options);
        for (const WorkbookSheet& sheet : sheets) builder.add(sheet);
        builder.close();
    }
    std::ifstream in(file.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace gapmap
