#include <algorithm>
#include <array>
#include <charconv>

#include "data/read/sheet_table.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t   max_depth   = 32;
constexpr std::size_t   max_columns = 16'384;
constexpr std::uint64_t max_span    = 65'534;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/// Where `word` (lower case) stands next, in any case; npos where nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
    const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())), text.end(), word.begin(), word.end(),
                                   [](char a, char b) { return lower(a) == b; });
    return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

void append_utf8(std::string& out, std::uint32_t cp) {
    if (cp == 0 || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000)) cp = 0xFFFD;
    if (cp < 0x80) {
        out += static_cast<char>(cp);
        return;
    }
    const int more = cp < 0x800 ? 1 : cp < 0x10000 ? 2 : 3;
    const std::uint32_t lead = more == 1 ? 0xC0U : more == 2 ? 0xE0U : 0xF0U;
    out += static_cast<char>(lead | (cp >> static_cast<unsigned>(6 * more)));
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80U | ((cp >> static_cast<unsigned>(6 * i)) & 0x3FU));
}

/// The character behind an `&`; nothing is taken where it is no entity.
std::size_t append_entity(std::string& out, std::string_view rest) {
    const std::size_t end = rest.substr(0, 12).find(';');
    if (end == std::string_view::npos) return 0;
    const std::string_view name = rest.substr(1, end - 1);
    if (name.starts_with('#')) {
        const bool             hex    = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        const std::string_view digits = name.substr(hex ? 2 : 1);
        std::uint32_t          cp     = 0;
        const auto             parsed = std::from_chars(digits.data(), digits.data() + digits.size(), cp, hex ? 16 : 10);
        if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return 0;
        append_utf8(out, cp);
        return end + 1;
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> named = {
        {{"nbsp", "\xC2\xA0"}, {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"mdash", "—"}, {"ndash", "–"}, {"middot", "·"},
         {"deg", "°"}, {"yen", "¥"}, {"ensp", " "}}};
    for (const auto& [key, value] : named) {
        if (key != name) continue;
        out += value;
        return end + 1;
    }
    return 0;
}

struct Tag {
    std::string      name;  ///< lower case, with / in front for an end tag
    std::string_view attributes;
};

/// The value of an attribute, without its quotes; empty where it is missing.
std::string_view attribute(std::string_view text, std::string_view wanted) {
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && (is_blank(text[at]) || text[at] == '/')) ++at;
        const std::size_t name = at;
        while (at < text.size() && !is_blank(text[at]) && text[at] != '=') ++at;
        const std::string_view key = text.substr(name, at - name);
        while (at < text.size() && is_blank(text[at])) ++at;
        std::string_view value;
        if (at < text.size() && text[at] == '=') {
            ++at;
            while (at < text.size() && is_blank(text[at])) ++at;
            const char        mark = at < text.size() && (text[at] == '"' || text[at] == '\'') ? text[at++] : '\0';
            const std::size_t from = at;
            while (at < text.size() && (mark != '\0' ? text[at] != mark : !is_blank(text[at]))) ++at;
            value = text.substr(from, at - from);
            at += mark != '\0' ? 1 : 0;
        } else if (at == name) {
            ++at;  // a character that starts no attribute
        }
        if (lower(key) == wanted) return value;
    }
    return {};
}

std::uint64_t span_of(std::string_view attributes, std::string_view name) {
    std::uint64_t          span  = 1;
    const std::string_view value = attribute(attributes, name);
    std::from_chars(value.data(), value.data() + value.size(), span);
    return std::clamp<std::uint64_t>(span, 1, max_span);
}

/// Builds the tables while tags and text pass by.
class TableBuilder {
public:
    explicit TableBuilder(std::string source) : source_(std::move(source)) {}

    void tag(const Tag& tag) {
        const std::string& name = tag.name;
        if (name == "table") return open_table();
        if (open_.empty()) return;
        if (name == "/table") return close_table();
        if (name == "tr") return open_row();
        if (name == "/tr") return close_row();
        if (name == "td" || name == "th") return open_cell(tag.attributes);
        if (name == "/td" || name == "/th") return close_cell();
        if (name == "br" || name == "br/" || name == "/p" || name == "/div" || name == "p" || name == "li") text(" ");
    }
    void text(std::string_view characters) {
        if (!open_.empty() && open_.back().in_cell) open_.back().cell += characters;
    }
    std::vector<SheetTable> finish() {
        while (!open_.empty()) close_table();
        return std::move(tables_);
    }

private:
    struct Open {
        std::size_t              table = 0, column = 0, cell_column = 0;
        std::uint64_t            row = 0;
        std::vector<std::size_t> taken;  ///< per column: rows that a cell from above still covers
        std::string              cell;
        bool                     in_row = false, in_cell = false;
    };
    SheetRow& row() { return tables_[open_.back().table].rows.back(); }

    void open_table() {
        if (open_.size() >= max_depth) throw InputError("is damaged: tables are nested too deep; save it again as .xlsx", {.source = source_});
        tables_.push_back({"表" + std::to_string(tables_.size() + 1), false, {}, {}});
        open_.emplace_back().table = tables_.size() - 1;
    }
    void close_table() {
        close_row();
        open_.pop_back();
    }
    void open_row() {
        close_row();
        Open& table  = open_.back();
        table.in_row = true;
        table.column = 0;
        ++table.row;
        tables_[table.table].rows.emplace_back().clear(table.row);
    }
    void close_row() {
        close_cell();
        Open& table = open_.back();
        if (!table.in_row) return;
        table.in_row = false;
        for (auto& rows : table.taken) rows -= rows > 0 ? 1 : 0;
    }
    void open_cell(std::string_view attributes) {
        if (!open_.back().in_row) open_row();
        close_cell();
        Open& table = open_.back();
        while (table.column < table.taken.size() && table.taken[table.column] > 0) ++table.column;
        const std::uint64_t down = span_of(attributes, "rowspan"), across = span_of(attributes, "colspan");
        const std::size_t   last = table.column + across - 1;
        if (last >= max_columns) throw InputError("is damaged: a table has more than 16384 columns; save it again as .xlsx", {.source = source_, .row = table.row});
        if (down > 1 || across > 1) tables_[table.table].merges.push_back({table.row, table.row + down - 1, table.column, last});
        if (down > 1) {
            if (table.taken.size() <= last) table.taken.resize(last + 1);
            for (std::size_t c = table.column; c <= last; ++c) table.taken[c] = down;
        }
        row().set(table.column, {});
        table.cell_column = table.column;
        table.column      = last + 1;
        table.in_cell     = true;
        table.cell.clear();
    }
    void close_cell() {
        Open& table = open_.back();
        if (!table.in_cell) return;
        table.in_cell = false;
        std::string plain;
        for (const char c : table.cell) {
            if (!is_blank(c)) plain += c;
            else if (!plain.empty() && plain.back() != ' ') plain += ' ';
        }
        if (plain.ends_with(' ')) plain.pop_back();
        row().set(table.cell_column, plain);
    }

    std::string              source_;
    std::vector<SheetTable>  tables_;
    std::vector<Open>        open_;
};

/// The tag at `at` (a `<`), and where it ends. A `>` inside quotes does not end it.
std::pair<Tag, std::size_t> read_tag(std::string_view html, std::size_t at) {
    std::size_t end  = at + 1;
    char        mark = '\0';
    for (; end < html.size() && (mark != '\0' || html[end] != '>'); ++end) {
        if (mark == '\0' && (html[end] == '"' || html[end] == '\'') && end > 0 && html[end - 1] == '=') mark = html[end];
        else if (html[end] == mark) mark = '\0';
    }
    const std::string_view inside = html.substr(at + 1, end - at - 1);
    std::size_t            name   = 0;
    while (name < inside.size() && !is_blank(inside[name])) ++name;
    return {{lower(inside.substr(0, name)), inside.substr(std::min(name, inside.size()))}, std::min(end + 1, html.size())};
}

/// Text up to the next tag.
std::size_t read_text(std::string_view html, std::size_t at, TableBuilder& builder) {
    std::string out;
    while (at < html.size() && html[at] != '<') {
        const std::size_t taken = html[at] == '&' ? append_entity(out, html.substr(at)) : 0;
        if (taken == 0) out += html[at];
        at += std::max<std::size_t>(taken, 1);
    }
    builder.text(out);
    return at;
}

bool starts_tag(std::string_view html, std::size_t at) noexcept {
    if (at + 1 >= html.size()) return false;
    const char c = lower(html[at + 1]);
    return (c >= 'a' && c <= 'z') || c == '/' || c == '!' || c == '?';
}

}  // namespace

std::vector<SheetTable> read_html_tables(std::string_view html, const std::string& source) {
    TableBuilder builder(source);
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] != '<') {
            at = read_text(html, at, builder);
        } else if (!starts_tag(html, at)) {
            builder.text("<");
            ++at;
        } else if (html.substr(at).starts_with("<!--")) {
            const std::size_t end = html.find("-->", at + 4);
            at = end == std::string_view::npos ? html.size() : end + 3;
        } else {
            const auto [tag, end] = read_tag(html, at);
            at                    = end;
            if (tag.name == "script" || tag.name == "style" || tag.name == "title") at = std::min(find_word(html, "</" + tag.name, end), html.size());
            else builder.tag(tag);
        }
    }
    return builder.finish();
}

std::string html_charset(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, 4096);
    const std::size_t      at   = find_word(head, "charset", 0);
    if (at == std::string_view::npos) return "auto";
    std::string name;
    for (std::size_t i = at + 7; i < head.size() && name.size() < 20; ++i) {
        const char c     = lower(head[i]);
        const bool inner = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (inner) name += c;
        else if (!name.empty() || (c != '=' && c != '"' && c != '\'' && !is_blank(c))) break;
    }
    if (name == "gb2312" || name == "gbk" || name == "gb18030" || name == "gb_2312-80" || name == "cp936" || name == "x-gbk") return "GB18030";
    if (name == "utf-8" || name == "utf8") return "UTF-8";
    return "auto";
}

}  // namespace gapmap
