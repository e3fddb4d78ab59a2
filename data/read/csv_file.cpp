#include "data/read/csv_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "data/ingest/text_decode.h"
#include "data/read/byte_tally.h"
#include "data/read/number_text.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 18U;

bool same_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, [](unsigned char l, unsigned char r) { return std::tolower(l) == std::tolower(r); });
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// The value inside the quotes (if any), without blanks around it. Numbers hold no doubled quotes.
std::string_view bare(std::string_view field) noexcept {
    field = trimmed(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = trimmed(field.substr(1, field.size() - 2));
    return field;
}

bool is_ascii(std::string_view text) noexcept {
    std::uint64_t high = 0;
    std::size_t   i    = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        high |= word;
    }
    for (; i < text.size(); ++i) high |= static_cast<unsigned char>(text[i]);
    return (high & 0x8080808080808080ULL) == 0;
}

/// What all values of a column have in common so far.
enum class Type { integer, real, text };

Type type_of(std::string_view value) noexcept {
    const std::string_view digits = value.starts_with('-') ? value.substr(1) : value;
    if (!digits.empty() && std::ranges::all_of(digits, [](unsigned char c) { return c >= '0' && c <= '9'; })) {
        return (digits.size() > 1 && digits.front() == '0') || digits.size() > 18 ? Type::text : Type::integer;
    }
    if (digits.empty() || !((digits.front() >= '0' && digits.front() <= '9') || digits.front() == '.')) return Type::text;
    if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return Type::text;
    const ParsedNumber number = parse_number(value.data(), value.data() + value.size());
    return number.end == value.data() + value.size() && std::isfinite(number.value) ? Type::real : Type::text;
}

}  // namespace

std::string unquoted(std::string_view field) {
    const std::string_view outer = trimmed(field);
    if (outer.size() < 2 || outer.front() != '"' || outer.back() != '"') return std::string(field);
    std::string out;
    for (std::size_t i = 1; i + 1 < outer.size(); ++i) {
        out.push_back(outer[i]);
        if (outer[i] == '"' && i + 2 < outer.size() && outer[i + 1] == '"') ++i;
    }
    return out;
}

void append_csv_field(std::string& to, std::string_view value, char delimiter) {
    const char special[] = {delimiter, '"', '\n', '\r'};
    const bool blank     = !value.empty() && (value.front() == ' ' || value.back() == ' ');
    if (!blank && value.find_first_of(std::string_view(special, 4)) == std::string_view::npos) {
        to.append(value);
        return;
    }
    to.push_back('"');
    for (const char c : value) {
        if (c == '"') to.push_back('"');
        to.push_back(c);
    }
    to.push_back('"');
}

CsvFile::CsvFile(const std::string& path, const Execution& exec) : path_(path), file_(path) {
    decode(exec);
    read_header();
    cut_into_chunks(exec);
}

/// Most files are ASCII or UTF-8 and stay as they are mapped; the first look also brings their pages in, in parallel.
void CsvFile::decode(const Execution& exec) {
    const std::string_view all = file_.bytes();
    if (all.starts_with("\xFF\xFE") || all.starts_with("\xFE\xFF")) return;  // refused with the header
    std::atomic<bool> ascii = true;
    parallel_chunks(exec, all.size(), chunk_bytes, [&](std::size_t begin, std::size_t end) {
        if (!is_ascii(all.substr(begin, end - begin))) ascii = false;
    });
    if (ascii || is_utf8(all)) return;
    try {
        decoded_ = decode_text(std::string(all), "GB18030", path_).text;
    } catch (const InputError& error) {
        throw InputError("is neither UTF-8 nor GB18030 in this row; save the file again as UTF-8", error.place());
    }
}

void CsvFile::read_header() {
    std::string_view bytes = this->bytes();
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (bytes.empty()) throw InputError("is empty; a header line was expected", {path_});
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) throw InputError("is UTF-16; save it as UTF-8", {path_});
    body_   = bytes;
    quotes_ = true;  // not known yet: the header is read with care
    const char* end = end_of_record(bytes.data());
    header_line_    = {bytes.data(), static_cast<std::size_t>(end - bytes.data())};
    body_           = end == bytes.data() + bytes.size() ? std::string_view() : std::string_view(end + 1, static_cast<std::size_t>(bytes.data() + bytes.size() - end - 1));
    if (header_line_.ends_with('\r')) header_line_.remove_suffix(1);
    const auto count = [&](char c) { return std::ranges::count(header_line_, c); };
    for (const char c : {';', '\t'}) {
        if (count(c) > count(delimiter_)) delimiter_ = c;
    }
    for (const std::string_view name : split(header_line_)) header_.emplace_back(trimmed(unquoted(name)));
}

const char* CsvFile::end_of_record(const char* p) const noexcept {
    const char* const end = body_.data() + body_.size();
    if (!quotes_) {
        const auto* at = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
        return at == nullptr ? end : at;
    }
    for (bool inside = false; p < end && (inside || *p != '\n'); ++p) inside ^= *p == '"';
    return p;
}

/// Each chunk starts at the first record that begins in its share of the bytes. Whether a byte is inside quotes follows
/// from the number of quotes before it, so the cut needs no walk through the file.
void CsvFile::cut_into_chunks(const Execution& exec) {
    const std::size_t n      = body_.size();
    const std::size_t chunks = (n + chunk_bytes - 1) / chunk_bytes;
    std::vector<ByteTally> tallies(chunks);
    parallel_chunks(exec, n, chunk_bytes, [&](std::size_t begin, std::size_t end) {
        const std::size_t whole = std::min(end, n - 1);  // the last byte has no next one to look at
        ByteTally         t     = tally_bytes(body_.data() + begin, whole - begin);
        if (whole < end) {
            t.newlines += body_[whole] == '\n' ? 1U : 0U;
            t.quotes += body_[whole] == '"' ? 1U : 0U;
        }
        tallies[begin / chunk_bytes] = t;
    });
    std::size_t quotes = 0, blanks = 0;
    starts_.assign(chunks + 1, body_.data() + n);
    for (std::size_t k = 0; k < chunks; ++k) {
        const char* p      = body_.data() + k * chunk_bytes;
        bool        inside = quotes % 2 != 0;
        if (k > 0 && (inside || p[-1] != '\n')) {
            const char* const end = body_.data() + n;
            for (; p < end && (inside || *p != '\n'); ++p) inside ^= *p == '"';
            p = std::min(p + 1, end);
        }
        starts_[k] = p;
        quotes += tallies[k].quotes;
        blanks += tallies[k].blanks;
    }
    quotes_ = quotes != 0;
    blanks += n > 0 && (body_.front() == '\n' || body_.front() == '\r') ? 1U : 0U;
    first_rows_.assign(chunks + 1, 0);
    if (quotes_ || blanks != 0) {
        parallel_chunks(exec, chunks, 1, [&](std::size_t k, std::size_t) { first_rows_[k + 1] = each_record(k, [](std::size_t, const char*, const char*) {}); });
    } else {
        // Plain lines: a record begins at the start and after each line end, but none after the last byte.
        for (std::size_t k = 0; k < chunks; ++k) {
            const std::size_t begin = k * chunk_bytes, end = std::min(n, begin + chunk_bytes);
            const bool        begins_here = k == 0 || body_[begin - 1] == '\n', ends_here = body_[end - 1] == '\n';
            first_rows_[k + 1] = tallies[k].newlines + (begins_here ? 1U : 0U) - (ends_here ? 1U : 0U);
        }
    }
    std::partial_sum(first_rows_.begin(), first_rows_.end(), first_rows_.begin());
}

template <class Visit>
std::size_t CsvFile::each_record(std::size_t chunk, Visit&& visit) const {
    std::size_t row = 0;
    for (const char* p = starts_[chunk]; p < starts_[chunk + 1];) {
        const char* const end  = end_of_record(p);
        const char*       last = end;
        if (last > p && last[-1] == '\r') --last;
        if (last > p) visit(row++, p, last);
        p = end + 1;
    }
    return row;
}

void CsvFile::for_each_record(std::size_t chunk, const std::function<void(std::size_t, std::string_view)>& visit) const {
    each_record(chunk, [&](std::size_t row, const char* p, const char* end) {
        visit(first_rows_[chunk] + row, {p, static_cast<std::size_t>(end - p)});
    });
}

std::string_view CsvFile::next_field(const char*& p, const char* end) const noexcept {
    const char* const begin = p;
    if (!quotes_) {
        while (p < end && *p != delimiter_) ++p;
    } else {
        for (bool inside = false; p < end && (inside || *p != delimiter_); ++p) inside ^= *p == '"';
    }
    const std::string_view field(begin, static_cast<std::size_t>(p - begin));
    p = p < end ? p + 1 : end + 1;  // past the end: no further field, where an empty last one would be
    return field;
}

std::size_t CsvFile::locate(std::string_view record, std::span<const std::size_t> columns, std::span<std::string_view> fields) const {
    GEO_EXPECTS(fields.size() >= columns.size());
    const char*       p   = record.data();
    const char* const end = p + record.size();
    std::size_t       field = 0;
    for (std::size_t k = 0; k < columns.size(); ++k) {
        for (; field < columns[k] && p <= end; ++field) (void)next_field(p, end);
        if (p > end) return k;
        fields[k] = next_field(p, end);
        ++field;
    }
    return columns.size();
}

std::vector<std::string_view> CsvFile::split(std::string_view record) const {
    std::vector<std::string_view> fields;
    const char* const end = record.data() + record.size();
    for (const char* p = record.data(); p <= end;) fields.push_back(next_field(p, end));
    return fields;
}

std::optional<std::size_t> CsvFile::find(std::string_view name) const noexcept {
    for (std::size_t k = 0; k < header_.size(); ++k) {
        if (header_[k] == name) return k;
    }
    for (std::size_t k = 0; k < header_.size(); ++k) {
        if (same_ignoring_case(header_[k], name)) return k;
    }
    return std::nullopt;
}

std::size_t CsvFile::column(std::string_view name) const {
    if (const auto found = find(name)) return *found;
    throw InputError(fmt::format("there is no column '{}'; there are: {}", name, fmt::join(header_, ", ")), {path_});
}

void CsvFile::parse_chunk(std::size_t chunk, std::span<const std::size_t> order, std::span<const std::size_t> columns,
                          std::vector<std::vector<double>>& out) const {
    each_record(chunk, [&](std::size_t local, const char* p, const char* end) {
        const std::size_t row   = first_rows_[chunk] + local;
        std::size_t       field = 0;
        for (const std::size_t which : order) {
            const std::size_t wanted = columns[which];
            for (; field < wanted && p <= end; ++field) (void)next_field(p, end);
            double value = std::numeric_limits<double>::quiet_NaN();
            if (p <= end) {
                const ParsedNumber number = parse_number(p, end);
                if (number.end != nullptr && (number.end == end || *number.end == delimiter_)) {  // the usual case: a bare number
                    value = number.value;
                    p     = number.end == end ? end + 1 : number.end + 1;
                } else {
                    const std::string_view text  = bare(next_field(p, end));
                    const ParsedNumber     again = parse_number(text.data(), text.data() + text.size());
                    if (!text.empty()) value = again.value;
                    if (!text.empty() && (again.end != text.data() + text.size() || !std::isfinite(value))) {
                        throw InputError(fmt::format("expected a number, got '{}'", text), {path_, {}, row + 2, header_[wanted]});
                    }
                }
                ++field;
            }
            out[which][row] = value;
        }
    });
}

std::vector<std::vector<double>> CsvFile::numbers(std::span<const std::size_t> columns, const Execution& exec) const {
    std::vector<std::vector<double>> out(columns.size());
    for (auto& column : out) column.resize(rows());
    std::vector<std::size_t> order(columns.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return columns[a] < columns[b]; });
    for (std::size_t k = 1; k < order.size(); ++k) {
        if (columns[order[k]] != columns[order[k - 1]]) continue;
        // The same column asked for twice: parsed once, copied.
        std::vector<std::size_t> unique_columns(columns.begin(), columns.end());
        std::ranges::sort(unique_columns);
        unique_columns.erase(std::unique(unique_columns.begin(), unique_columns.end()), unique_columns.end());
        const auto parsed = numbers(unique_columns, exec);
        for (std::size_t c = 0; c < columns.size(); ++c) out[c] = parsed[static_cast<std::size_t>(std::ranges::lower_bound(unique_columns, columns[c]) - unique_columns.begin())];
        return out;
    }
    // Each chunk keeps its first error, so that the error reported is the first of the file for any number of threads.
    std::vector<std::optional<InputError>> errors(chunks());
    parallel_chunks(exec, chunks(), 4, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            try {
                parse_chunk(k, order, columns, out);
            } catch (const InputError& error) {
                errors[k] = error;
            }
        }
    });
    for (const auto& error : errors) {
        if (error) throw *error;
    }
    return out;
}

std::vector<std::string> CsvFile::texts(std::size_t column, const Execution& exec) const {
    std::vector<std::string> out(rows());
    parallel_chunks(exec, chunks(), 4, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            each_record(k, [&](std::size_t row, const char* p, const char* last) {
                for (std::size_t f = 0; f < column && p <= last; ++f) (void)next_field(p, last);
                if (p <= last) out[first_rows_[k] + row] = unquoted(next_field(p, last));
            });
        }
    });
    return out;
}

Column CsvFile::typed_column(std::size_t column, const Execution& exec) const {
    Column::Texts     values = texts(column, exec);
    Type              type   = Type::integer;
    std::vector<bool> valid(values.size(), true);
    bool              all = true, any = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string_view value = trimmed(values[i]);
        if (value.empty()) {
            valid[i] = all = false;
            continue;
        }
        any = true;
        if (type != Type::text) type = std::max(type, type_of(value));
    }
    Column out{header_[column], Column::Texts{}, all ? std::vector<bool>{} : std::move(valid)};
    if (type == Type::text || !any) {
        out.data = std::move(values);
        return out;
    }
    Column::Integers integers(type == Type::integer ? values.size() : 0);
    Column::Reals    reals(type == Type::real ? values.size() : 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string_view value = trimmed(values[i]);
        if (value.empty()) continue;
        if (type == Type::real) reals[i] = parse_number(value.data(), value.data() + value.size()).value;
        else std::from_chars(value.data(), value.data() + value.size(), integers[i]);
    }
    if (type == Type::real) out.data = std::move(reals);
    else out.data = std::move(integers);
    return out;
}

Table CsvFile::table(const Execution& exec, std::optional<std::size_t> skip_column) const {
    Table out;
    for (std::size_t k = 0; k < header_.size(); ++k) {
        if (k != skip_column) out.columns.push_back(typed_column(k, exec));
    }
    return out;
}

}  // namespace gapmap
