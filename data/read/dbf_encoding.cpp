#include "data/read/dbf_encoding.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <vector>

#include "data/ingest/text_decode.h"
#include "data/read/mapped_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

std::string sibling(const std::string& path, std::initializer_list<const char*> endings) {
    for (const char* ending : endings) {
        const fs::path other = fs::path(path).replace_extension(ending);
        std::error_code ignored;
        if (fs::exists(other, ignored)) return other.string();
    }
    return {};
}

std::string declared(const std::string& path) {
    const std::string cpg = sibling(path, {".cpg", ".CPG"});
    if (cpg.empty()) return {};
    std::ifstream in(cpg);
    std::string   text{std::istreambuf_iterator<char>(in), {}};
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto says = [&](const char* word) { return text.find(word) != std::string::npos; };
    if (says("UTF-8") || says("UTF8") || says("65001")) return "UTF-8";
    if (says("936") || says("GB")) return "GB18030";
    return {};
}

/// Where a text stands in an attribute table.
struct DbfCell {
    std::string   field;
    std::uint64_t row = 0;  ///< from 1
};

/// The first text that fails `check`, which takes the text of a cell and whether it fills its column, of the character columns.
std::optional<DbfCell> first_failing(std::string_view dbf, const std::function<bool(std::string_view, bool)>& check) {
    if (dbf.size() < 33) return std::nullopt;
    std::uint32_t records = 0;
    std::uint16_t header = 0, length = 0;
    std::memcpy(&records, dbf.data() + 4, 4);
    std::memcpy(&header, dbf.data() + 8, 2);
    std::memcpy(&length, dbf.data() + 10, 2);
    struct DbfColumn {
        std::size_t from, size;
        std::string name;
    };
    std::vector<DbfColumn> columns;
    std::size_t                                      at = 1;
    for (std::size_t field = 32; field + 32 <= std::min<std::size_t>(header, dbf.size()) && dbf[field] != '\r'; field += 32) {
        const auto size = static_cast<unsigned char>(dbf[field + 16]);
        const std::string_view name = dbf.substr(field, 10);
        if (dbf[field + 11] == 'C') columns.push_back({at, size, std::string(name.substr(0, name.find('\0')))});
        at += size;
    }
    for (std::uint64_t r = 0; r < records; ++r) {
        const std::uint64_t from = header + r * length;
        if (from + length > dbf.size()) return std::nullopt;  // cut short: the driver says so
        const std::string_view record = dbf.substr(from, length);
        for (const auto& [start, size, name] : columns) {
            if (start + size > record.size()) continue;
            std::string_view text = record.substr(start, size);
            text = text.substr(0, std::min(text.find('\0'), text.size()));
            while (text.ends_with(' ')) text.remove_suffix(1);
            if (!check(text, text.size() == size)) return DbfCell{name, r + 1};
        }
    }
    return std::nullopt;
}

bool all_texts(std::string_view dbf, const std::function<bool(std::string_view, bool)>& check) { return !first_failing(dbf, check); }

bool is_ascii(std::string_view text, bool = false) {
    return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

bool is_gb18030(std::string_view text) {
    try {
        Spool spool;
        (void)decode_view(text, "GB18030", "", spool);
        return true;
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace

std::string shapefile_encoding(const std::string& shp_or_dbf) {
    if (std::string stated = declared(shp_or_dbf); !stated.empty()) return stated;
    if (!sibling(shp_or_dbf, {".cpg", ".CPG"}).empty()) return {};
    const std::string dbf = sibling(shp_or_dbf, {".dbf", ".DBF"});
    if (dbf.empty()) return {};
    const MappedFile map(dbf);
    const std::string_view names = map.bytes().substr(0, std::min<std::size_t>(map.bytes().size(), 8192));
    if (all_texts(map.bytes(), is_ascii) && is_ascii(names)) return {};
    // A text that fills its column may be cut in the middle of a letter: its end is no evidence.
    const auto whole_letters = [](const auto& check) {
        return [check](std::string_view text, bool full) {
            for (std::size_t cut = 0; cut == 0 || (full && cut < 4 && cut < text.size()); ++cut) {
                if (check(text.substr(0, text.size() - cut))) return true;
            }
            return false;
        };
    };
    if (all_texts(map.bytes(), is_ascii)) return "GB18030";  // only the field names tell
    if (all_texts(map.bytes(), whole_letters(is_utf8))) return "UTF-8";
    const auto odd = first_failing(map.bytes(), whole_letters(is_gb18030));
    if (!odd) return "GB18030";
    // A field's name may be in the unknown encoding itself.
    throw InputError("the attribute table says nothing of its encoding, and this text is neither UTF-8 nor code page 936; declare it with encoding = \"BIG5\" (or what it is) "
                     "for this source in county.toml, or put a .cpg file beside it",
                     {.source = shp_or_dbf, .row = odd->row, .field = is_ascii(odd->field) ? odd->field : ""});
}

}  // namespace gapmap
