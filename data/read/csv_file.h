#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/read/mapped_file.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// A delimited text file with a header line: UTF-8, with or without BOM, else strictly GB18030 (decoded when it is opened); LF or CRLF; comma, semicolon or tab (whichever the
/// header has most of); fields may be quoted as in RFC 4180, with line breaks inside. Empty lines are skipped.
/// The file is mapped and cut into chunks at line ends, so that columns are parsed in parallel, straight into their place.
class CsvFile {
public:
    explicit CsvFile(const std::string& path, const Execution& exec = {});  ///< throws InputError

    [[nodiscard]] const std::string&              path() const noexcept { return path_; }
    [[nodiscard]] const std::vector<std::string>& header() const noexcept { return header_; }
    [[nodiscard]] std::string_view                header_line() const noexcept { return header_line_; }
    [[nodiscard]] char                            delimiter() const noexcept { return delimiter_; }
    [[nodiscard]] std::optional<std::size_t>      find(std::string_view name) const noexcept;  ///< exact, else ignoring ASCII case
    [[nodiscard]] std::size_t                     column(std::string_view name) const;         ///< throws InputError naming the columns

    /// Columns as numbers, blank is NaN. Anything else that is not a finite number: InputError with row, field and value.
    [[nodiscard]] std::vector<std::vector<double>> numbers(std::span<const std::size_t> columns, const Execution& exec) const;

    /// All columns, typed: whole numbers, else numbers, else text. Blank is "no value". Digits that start with 0 are a code: text.
    [[nodiscard]] Table table(const Execution& exec, std::optional<std::size_t> skip_column = std::nullopt) const;

    /// One column as text, quotes removed.
    [[nodiscard]] std::vector<std::string> texts(std::size_t column, const Execution& exec) const;

    /// The chunks in order: `visit` gets each record of chunk `k` with its row (from 0) and its bytes without line end.
    [[nodiscard]] std::size_t chunk_size(std::size_t chunk) const noexcept { return static_cast<std::size_t>(starts_[chunk + 1] - starts_[chunk]); }  ///< in bytes
    [[nodiscard]] std::size_t chunks() const noexcept { return starts_.size() - 1; }
    void for_each_record(std::size_t chunk, const std::function<void(std::size_t row, std::string_view record)>& visit) const;
    [[nodiscard]] std::size_t rows() const noexcept { return first_rows_.back(); }

    /// Finds some fields of one record, still quoted: `fields[k]` is that of `columns[k]`. Returns how many the record has. REQUIRES rising columns.
    std::size_t locate(std::string_view record, std::span<const std::size_t> columns, std::span<std::string_view> fields) const;

    /// Fields of one record, still quoted.
    [[nodiscard]] std::vector<std::string_view> split(std::string_view record) const;

private:
    template <class Visit>
    std::size_t each_record(std::size_t chunk, Visit&& visit) const;
    void decode(const Execution& exec);
    [[nodiscard]] std::string_view bytes() const noexcept { return decoded_.empty() ? file_.bytes() : decoded_; }
    void read_header();
    void cut_into_chunks(const Execution& exec);
    [[nodiscard]] const char* end_of_record(const char* p) const noexcept;
    [[nodiscard]] std::string_view next_field(const char*& p, const char* end) const noexcept;
    void parse_chunk(std::size_t chunk, std::span<const std::size_t> order, std::span<const std::size_t> columns, std::vector<std::vector<double>>& out) const;
    [[nodiscard]] Column typed_column(std::size_t column, const Execution& exec) const;

    std::string              path_;
    MappedFile               file_;
    std::string              decoded_;      // the text where the file is not UTF-8; else empty
    std::string_view         body_;         // after the header line
    std::string_view         header_line_;  // without line end
    std::vector<std::string> header_;
    char                     delimiter_ = ',';
    bool                     quotes_    = false;  // any in the body
    std::vector<const char*> starts_{nullptr};    // of each chunk's first record; one more: the end of the body
    std::vector<std::size_t> first_rows_{0};      // of each chunk; one more: the number of rows
};

/// Quotes removed, doubled quotes undone.
[[nodiscard]] std::string unquoted(std::string_view field);

/// The field as it must stand in a file with this delimiter: quoted only where needed.
void append_csv_field(std::string& to, std::string_view value, char delimiter = ',');

}  // namespace gapmap
