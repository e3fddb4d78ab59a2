// What a file is: by its content, since office files are renamed freely.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "data/ingest/row_source.h"
#include "data/read/mapped_file.h"
#include "data/read/xlsx_workbook.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    return out;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) { throw InputError(why, {.source = path}); }

void refuse_by_name(const std::string& path, const std::string& ending) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (name.starts_with("~$") || name.starts_with(".~")) {
        refuse(path, "is only the lock file of a workbook that is open somewhere, not the workbook; close the workbook and choose the file whose name has no ~$");
    }
    if (ending == ".et" || ending == ".ett") refuse(path, "is a WPS table (.et), which is not read; open it in WPS and save it as .xlsx");
}

FileKind kind_of_zip(const std::string& path) {
    const ZipArchive archive(path);
    if (is_xlsx(archive)) return FileKind::xlsx;
    if (archive.find("word/document.xml") != nullptr || archive.find("ppt/presentation.xml") != nullptr) {
        refuse(path, "is a document, not a table; copy its table into a workbook and save that as .xlsx");
    }
    if (archive.find("xl/workbook.bin") != nullptr) refuse(path, "is a binary workbook (.xlsb), which is not read; save it as .xlsx");
    if (const ZipEntry* type = archive.find("mimetype"); type != nullptr && archive.read(*type, 4096).find("opendocument.spreadsheet") != std::string::npos) return FileKind::ods;
    return FileKind::zip;
}

std::string utf16(std::string_view ascii) {
    std::string out;
    for (const char c : ascii) out += {c, '\0'};
    return out;
}

/// An OLE container: its directory names its streams in UTF-16.
FileKind kind_of_ole(const std::string& path, std::string_view bytes) {
    if (bytes.find(utf16("EncryptedPackage")) != std::string_view::npos) {
        refuse(path, "is a workbook that is locked with a password; open it, remove the password and save it as .xlsx");
    }
    if (bytes.find(utf16("Workbook")) != std::string_view::npos || bytes.find(utf16("Book")) != std::string_view::npos) return FileKind::xls;
    refuse(path, "is an old office document, not a workbook; copy its table into a workbook and save that as .xlsx");
}

/// The start of the file as lower-case ASCII without byte order mark, zero bytes (UTF-16) and blanks in front.
std::string plain_head(std::string_view bytes) {
    std::string head = lower(bytes.substr(0, std::size_t{1} << 16U));
    for (const std::string_view mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
        if (head.starts_with(mark)) head.erase(0, mark.size());
    }
    std::erase(head, '\0');
    head.erase(0, std::min(head.find_first_not_of(" \t\r\n"), head.size()));
    return head;
}

bool has(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

/// Marks that no text has, beyond a stray one; or zero bytes as UTF-16 has them, but not regularly.
enum class Marks { text, binary, many_zeros };

Marks marks_of(std::string_view bytes) {
    const std::string_view some = bytes.substr(0, std::size_t{1} << 16U);
    const bool utf16_text = some.starts_with("\xFF\xFE") || some.starts_with("\xFE\xFF");
    std::size_t strange = 0, zeros = 0, even = 0;
    for (std::size_t i = 0; i < some.size(); ++i) {
        const auto c = static_cast<unsigned char>(some[i]);
        if (c == 0) {
            ++zeros;
            even += i % 2 == 0 ? 1 : 0;
        }
        strange += c != 0 && c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1A ? 1 : 0;
    }
    const std::size_t odd = zeros - even;
    const bool one_sided = odd >= 8 * even || even >= 8 * odd;  // UTF-16 without a mark: a letter such as 一 has its zero on the other side
    if (utf16_text) return Marks::text;
    if (strange * 50 > some.size()) return Marks::binary;
    return zeros * 50 > some.size() && !one_sided ? Marks::many_zeros : Marks::text;
}

std::optional<FileKind> kind_of_markup(const std::string& head) {
    if (!head.starts_with('<')) return std::nullopt;
    if (has(head, "urn:schemas-microsoft-com:office:spreadsheet") && has(head, "<workbook")) return FileKind::spreadsheetml;
    if (has(head, "<ss:workbook")) return FileKind::spreadsheetml;
    if (has(head, "<kml")) return FileKind::layer;
    if (has(head, "<html") || has(head, "<table") || has(head, "<!doctype html")) return FileKind::html;
    return std::nullopt;
}

bool is_layer_ending(const std::string& ending) {
    static const std::array<std::string, 7> endings = {".gpkg", ".shp", ".geojson", ".json", ".kml", ".dbf", ".fgb"};
    return std::ranges::find(endings, ending) != endings.end();
}

}  // namespace

std::string to_string(FileKind kind) {
    switch (kind) {
        case FileKind::text: return "text";
        case FileKind::xlsx: return "XLSX";
        case FileKind::xls: return "XLS";
        case FileKind::ods: return "ODS";
        case FileKind::html: return "HTML";
        case FileKind::spreadsheetml: return "XML-2003";
        case FileKind::layer: return "GIS";
        case FileKind::zip: return "ZIP";
    }
    return {};
}

FileKind kind_of_file(const std::string& path) {
    const std::string      ending = lower(std::filesystem::path(path).extension().string());
    refuse_by_name(path, ending);
    const MappedFile       map(path);
    const std::string_view bytes = map.bytes();
    if (is_layer_ending(ending)) return FileKind::layer;
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) return kind_of_zip(path);
    if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) return kind_of_ole(path, bytes);
    if (bytes.size() > 4 && bytes[0] == '\x09' && (bytes[1] == 0 || bytes[1] == 2 || bytes[1] == 4 || bytes[1] == 8) && bytes[3] == 0) return FileKind::xls;
    if (bytes.starts_with("SQLite format 3") || bytes.starts_with(std::string_view("\0\0\x27\x0A", 4))) return FileKind::layer;
    if (bytes.starts_with("%PDF")) refuse(path, "is a PDF, which is not read; ask for the workbook it was printed from, or copy its table into one");
    for (const std::string_view packed : {"\x1F\x8B", "Rar!", "7z\xBC\xAF"}) {
        if (bytes.starts_with(packed)) refuse(path, "is packed in a way that is not read; unpack it, or pack it as .zip");
    }
    const std::string head = plain_head(bytes);
    if (head.starts_with("mime-version:")) refuse(path, "is a web archive (.mht), which is not read; open it in a spreadsheet program and save it as .xlsx");
    if (head.starts_with("{\\rtf")) refuse(path, "is a document, not a table; copy its table into a workbook and save that as .xlsx");
    if (const auto markup = kind_of_markup(head)) return *markup;
    if (head.starts_with('{') && has(head, "\"type\"") && has(head, "feature")) return FileKind::layer;
    if (const Marks marks = marks_of(bytes); marks != Marks::text) {
        const bool workbook = ending == ".xlsx" || ending == ".xls" || ending == ".xlsm" || ending == ".ods";
        if (marks == Marks::many_zeros && !workbook) {
            refuse(path, "has so many zero bytes that it may be UTF-16 (\"Unicode text\"), but is damaged or cut; open it in the program it comes from and save it again as UTF-8");
        }
        refuse(path, workbook ? "is damaged or not a workbook; open it in a spreadsheet program and save it again as .xlsx"
                              : fmt::format("files of kind '{}' are not read; save it as .xlsx, .csv, .gpkg, .shp or .geojson", ending));
    }
    return FileKind::text;
}

}  // namespace gapmap
