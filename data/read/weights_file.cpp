#include "data/read/weights_file.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "data/read/csv_file.h"
#include "data/read/mapped_file.h"
#include "data/read/number_text.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

/// Collects links; knows names and refuses what is said twice.
class Collector {
public:
    explicit Collector(std::string path) : path_(std::move(path)) {}
    std::uint32_t number_of(std::string_view name) {
        const auto [found, is_new] = numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(file.names.size()));
        if (is_new) file.names.emplace_back(name);
        return found->second;
    }
    void link(std::string_view from, std::string_view to, double weight, std::uint64_t line) {
        const std::uint32_t a = number_of(from), b = number_of(to);
        if (!pairs_.insert(std::uint64_t{a} << 32U | b).second) throw InputError(fmt::format("the pair '{}', '{}' stands there twice", from, to), {path_, {}, line});
        file.links.push_back({a, b, weight, line});
    }
    WeightsFile file;

private:
    std::string                                    path_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::unordered_set<std::uint64_t>              pairs_;
};

/// Words between blanks and line ends, with the line of each.
class Words {
public:
    Words(std::string_view text, std::string path) : rest_(text), path_(std::move(path)) {}
    /// The next word; empty at the end.
    std::string_view next() {
        skip_blanks();
        const std::size_t length = std::min(rest_.find_first_of(blanks), rest_.size());
        const auto        word   = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return word;
    }
    std::string_view expected(const char* what) {
        const auto word = next();
        if (word.empty()) fail(fmt::format("the file ends where {} was expected", what));
        return word;
    }
    std::size_t whole_number(const char* what) {
        const auto  word  = expected(what);
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc() || end != word.data() + word.size()) fail(fmt::format("expected {}, got '{}'", what, word));
        return value;
    }
    /// The words of the rest of this line.
    std::vector<std::string_view> line_words() {
        std::vector<std::string_view> out;
        const std::size_t             end = std::min(rest_.find('\n'), rest_.size());
        Words                         line(rest_.substr(0, end), path_);
        for (auto word = line.next(); !word.empty(); word = line.next()) out.push_back(word);
        rest_.remove_prefix(end);
        return out;
    }
    [[noreturn]] void fail(const std::string& message) const { throw InputError(message, {path_, {}, line_}); }
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    static constexpr std::string_view blanks = " \t\r\n";
    void skip_blanks() {
        while (!rest_.empty() && blanks.find(rest_.front()) != std::string_view::npos) {
            line_ += rest_.front() == '\n' ? 1U : 0U;
            rest_.remove_prefix(1);
        }
    }
    std::string_view rest_;
    std::string      path_;
    std::uint64_t    line_ = 1;
};

void read_header(Words& words, WeightsFile& file) {
    const auto  header = words.line_words();
    const auto  count  = header.size() == 1 ? header[0] : header.size() >= 2 && header[0] == "0" ? header[1] : std::string_view();
    std::size_t units  = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), units);
    if (count.empty() || error != std::errc() || end != count.data() + count.size()) words.fail("expected a first line such as '0 49 columbus POLYID' or '49': the number of units");
    file.units = units;
    if (header.size() >= 4) file.id_field = std::string(header[3]);
}

double weight_of(std::string_view word, const Words& words) {
    const ParsedNumber number = parse_number(word.data(), word.data() + word.size());
    if (number.end != word.data() + word.size() || !std::isfinite(number.value) || number.value < 0) words.fail(fmt::format("expected a weight >= 0, got '{}'", word));
    return number.value;
}

WeightsFile read_csv(const std::string& path, const Execution& exec) {
    const CsvFile file(path, exec);
    const auto    i = file.texts(file.column("i"), exec), j = file.texts(file.column("j"), exec);
    const auto    w = file.numbers(std::array{file.column("w")}, exec).front();
    Collector     out(path);
    for (std::size_t k = 0; k < i.size(); ++k) {
        if (!(w[k] >= 0)) throw InputError(std::isnan(w[k]) ? "expected a weight, found nothing" : fmt::format("expected a weight >= 0, got {}", w[k]), {path, {}, k + 2, "w"});
        out.link(i[k], j[k], w[k], k + 2);
    }
    return std::move(out.file);
}

}  // namespace

WeightsFile parse_gal(std::string_view text, const std::string& path) {
    Words     words(text, path);
    Collector out(path);
    read_header(words, out.file);
    std::unordered_set<std::string> done;
    for (auto unit = words.next(); !unit.empty(); unit = words.next()) {
        if (!done.emplace(unit).second) words.fail(fmt::format("the unit '{}' stands there twice", unit));
        (void)out.number_of(unit);
        const std::size_t count = words.whole_number("the number of neighbours");
        for (std::size_t k = 0; k < count; ++k) {
            const auto neighbour = words.expected("a neighbour");
            out.link(unit, neighbour, 1, words.line());
        }
    }
    if (done.size() != *out.file.units) words.fail(fmt::format("the first line speaks of {} units, {} are there", *out.file.units, done.size()));
    return std::move(out.file);
}

WeightsFile parse_gwt(std::string_view text, const std::string& path) {
    Words     words(text, path);
    Collector out(path);
    read_header(words, out.file);
    for (auto unit = words.next(); !unit.empty(); unit = words.next()) {
        const auto neighbour = words.expected("a neighbour");
        const auto weight    = words.expected("a weight");
        out.link(unit, neighbour, weight_of(weight, words), words.line());
    }
    return std::move(out.file);
}

WeightsFile read_weights_file(const std::string& path, const Execution& exec) {
    std::string ending = std::filesystem::path(path).extension().string();
    for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (ending != ".gal" && ending != ".gwt") return read_csv(path, exec);
    const MappedFile file(path);
    return ending == ".gal" ? parse_gal(file.bytes(), path) : parse_gwt(file.bytes(), path);
}

}  // namespace gapmap
