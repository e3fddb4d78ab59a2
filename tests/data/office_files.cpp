#include "tests/data/office_files.h"

#include <doctest/doctest.h>
#include <iconv.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "data/ingest/sheet_plan.h"

namespace office {
namespace {

template <class Number>
std::string bytes_of(Number value) {
    std::string out(sizeof value, '\0');
    std::memcpy(out.data(), &value, sizeof value);
    return out;
}
std::string u16(unsigned value) { return bytes_of(static_cast<std::uint16_t>(value)); }
std::string u32(std::size_t value) { return bytes_of(static_cast<std::uint32_t>(value)); }
std::string big(std::uint32_t value) {
    std::string out = bytes_of(value);
    std::ranges::reverse(out);
    return out;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return out;
}

std::string convert(const std::string& text, const char* to) {
    const iconv_t cd = iconv_open(to, "UTF-8");
    std::string   out(text.size() * 4 + 4, '\0');
    char *        in = const_cast<char*>(text.data()), *at = out.data();
    std::size_t   in_left = text.size(), out_left = out.size();
    REQUIRE(iconv(cd, &in, &in_left, &at, &out_left) != static_cast<std::size_t>(-1));
    iconv_close(cd);
    out.resize(out.size() - out_left);
    return out;
}

}  // namespace

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gapmap-office-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}
Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::write(const std::string& name, const std::string& bytes) const {
    const std::string path = path_ + "/" + name;
    std::filesystem::remove(path);  // a new file: to cut an old one short may wait for the disk
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

std::string zip(const std::vector<std::pair<std::string, std::string>>& members) {
    std::string out, directory;
    for (const auto& [name, bytes] : members) {
        const auto        crc  = static_cast<std::size_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
        const std::string both = u16(0) + u16(0) + u16(0) + u16(0) + u32(crc) + u32(bytes.size()) + u32(bytes.size()) + u16(static_cast<unsigned>(name.size())) + u16(0);
        directory += "PK\x01\x02" + u16(20) + u16(20) + both + u16(0) + u16(0) + u16(0) + u32(0) + u32(out.size()) + name;
        out += "PK\x03\x04" + u16(20) + both + name + bytes;
    }
    const auto count = static_cast<unsigned>(members.size());
    return out + directory + "PK\x05\x06" + u16(0) + u16(0) + u16(count) + u16(count) + u32(directory.size()) + u32(out.size()) + u16(0);
}

std::string xlsx(const std::vector<Sheet>& sheets, const Book& book) {
    const std::string main = R"(xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships")";
    const std::string kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    const std::string head = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    const std::string open = R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
    std::vector<std::pair<std::string, std::string>> members = {
        {"_rels/.rels", head + open + "<Relationship Id=\"a\" Type=\"" + kind + "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"}};
    std::string list, relations;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        const std::string id = std::to_string(i + 1), part = "sheets/part" + std::to_string(sheets.size() - i) + ".xml";
        list += "<sheet name=\"" + sheets[i].name + "\" sheetId=\"" + id + "\" r:id=\"rId" + id + "\"" + (sheets[i].state.empty() ? "" : " state=\"" + sheets[i].state + "\"") + "/>";
        relations += "<Relationship Id=\"rId" + id + "\" Type=\"" + kind + "worksheet\" Target=\"" + part + "\"/>";
        members.emplace_back("xl/" + part, head + "<worksheet " + main + "><dimension ref=\"A1:A1\"/><sheetData>" + sheets[i].rows + "</sheetData>" + sheets[i].behind + "</worksheet>");
    }
    relations += "<Relationship Id=\"rs\" Type=\"" + kind + "sharedStrings\" Target=\"/xl/texts.xml\"/><Relationship Id=\"rt\" Type=\"" + kind + "styles\" Target=\"styles.xml\"/>";
    members.emplace_back("xl/workbook.xml", head + "<workbook " + main + "><workbookPr " + book.properties + "/><sheets>" + list + "</sheets></workbook>");
    members.emplace_back("xl/_rels/workbook.xml.rels", head + open + relations + "</Relationships>");
    members.emplace_back("xl/texts.xml", head + "<sst " + main + ">" + book.shared + "</sst>");
    members.emplace_back("xl/styles.xml", head + "<styleSheet " + main + ">" + book.styles + "</styleSheet>");
    return zip(members);
}

std::string text_rows(const std::vector<std::vector<std::string>>& rows, int first) {
    std::string out;
    for (const auto& row : rows) {
        const std::string number = std::to_string(first++);
        out += "<row r=\"" + number + "\">";
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (!row[c].empty()) out += "<c r=\"" + std::string(1, static_cast<char>('A' + c)) + number + "\" t=\"inlineStr\"><is><t>" + escaped(row[c]) + "</t></is></c>";
        }
        out += "</row>";
    }
    return out;
}

Shape shapefile(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows, const std::vector<std::pair<double, double>>& points) {
    constexpr unsigned width = 30;
    Shape              out;
    const auto         n = static_cast<std::uint32_t>(rows.size());
    out.dbf = std::string("\x03\x7A\x01\x01", 4) + u32(n) + u16(static_cast<unsigned>(33 + 32 * names.size())) + u16(static_cast<unsigned>(1 + width * names.size())) + std::string(20, '\0');
    for (std::string name : names) {
        name.resize(11, '\0');
        name[10] = '\0';
        out.dbf += name + "C" + std::string(4, '\0') + static_cast<char>(width) + std::string(15, '\0');
    }
    out.dbf += '\r';
    for (const auto& row : rows) {
        out.dbf += ' ';
        for (std::string cell : row) {
            cell.resize(width, ' ');
            out.dbf += cell;
        }
    }
    out.shp = big(9994) + std::string(20, '\0') + big(50 + 14 * n) + u32(1000) + u32(1) + std::string(64, '\0');
    out.shx = out.shp;
    out.shx.replace(24, 4, big(50 + 4 * n));
    for (std::uint32_t i = 0; i < n; ++i) out.shx += big(50 + 14 * i) + big(10);
    for (std::uint32_t i = 0; i < n; ++i) out.shp += big(i + 1) + big(10) + u32(1) + bytes_of(points[i].first) + bytes_of(points[i].second);
    return out;
}

std::string utf16le(const std::string& utf8) { return convert(utf8, "UTF-16LE"); }
std::string gb18030(const std::string& utf8) { return convert(utf8, "GB18030"); }

std::vector<std::string> Imported::codes() const {
    std::vector<std::string> out;
    for (const auto& issue : issues) out.push_back(issue.code);
    return out;
}
bool Imported::has(const std::string& code) const { return std::ranges::any_of(issues, [&](const auto& issue) { return issue.code == code; }); }

std::string Imported::texts(const std::string& column) const {
    std::string out;
    for (std::size_t row = 0; row < summary.accepted + summary.repaired; ++row) out += (row == 0 ? "" : " ") + rows.at(column).text(row);
    return out;
}

std::size_t Imported::count(const std::string& code) const { return static_cast<std::size_t>(std::ranges::count(issues, code, &gapmap::Issue::code)); }

const gapmap::Issue& Imported::issue(const std::string& code) const {
    const auto found = std::ranges::find(issues, code, &gapmap::Issue::code);
    REQUIRE_MESSAGE(found != issues.end(), code);
    return *found;
}

Imported import(const std::string& file, gapmap::SourceSpec spec, bool checks_units) {
    gapmap::ImportReference reference;
    reference.checks_units = checks_units;
    return import(file, std::move(spec), std::move(reference));
}

Imported import(const std::string& file, gapmap::SourceSpec spec, gapmap::ImportReference reference) {
    spec.file = spec.path = file;
    Imported out;
    for (const gapmap::SourceSpec& one : gapmap::resolve_sheets(spec)) {
        const auto summary = gapmap::import_source(one, reference, {}, [&](gapmap::ImportChunk&& chunk) {
            out.issues.insert(out.issues.end(), chunk.issues.begin(), chunk.issues.end());
            if (out.rows.columns.empty()) out.rows = std::move(chunk.rows);
            if (auto* points = std::get_if<gapmap::Points<gapmap::Lonlat>>(&chunk.geometry)) out.points = *points;
        });
        CHECK(summary.accepted + summary.repaired + summary.held_back == summary.rows_read);
        out.summary.sheet += (out.summary.sheet.empty() ? "" : ",") + summary.sheet;
        out.summary.encoding = summary.encoding;
        out.summary.rows_read += summary.rows_read;
        out.summary.accepted += summary.accepted;
        out.summary.repaired += summary.repaired;
        out.summary.held_back += summary.held_back;
    }
    return out;
}

}  // namespace office
