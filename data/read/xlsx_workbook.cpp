#include "data/read/xlsx_workbook.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <map>

#include "data/read/xml_reader.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t max_shared_bytes = std::size_t{512} << 20U;
constexpr std::size_t max_styles       = 1 << 20;

int whole(std::string_view text) noexcept {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// A target of a relationship as a member's name.
std::string resolve(const std::string& folder, std::string_view target) {
    if (target.starts_with('/')) return std::string(target.substr(1));
    return (std::filesystem::path(folder) / std::string(target)).lexically_normal().generic_string();
}

struct Relation {
    std::string kind, part;  ///< last word of the type: worksheet, styles, sharedStrings, officeDocument
};

struct RelationsSink final : XmlSink {
    std::string                     folder;
    std::map<std::string, Relation> by_id;
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name != "Relationship") return;
        const std::string_view type = attributes["Type"];
        by_id[std::string(attributes["Id"])] = {std::string(type.substr(type.rfind('/') + 1)), resolve(folder, attributes["Target"])};
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

std::map<std::string, Relation> relations_of(const ZipArchive& archive, const std::string& part) {
    const std::filesystem::path path = part;
    const std::string folder = path.parent_path().generic_string();
    const ZipEntry*   entry  = archive.find((folder.empty() ? "" : folder + "/") + "_rels/" + path.filename().generic_string() + ".rels");
    if (entry == nullptr) return {};
    RelationsSink sink;
    sink.folder = folder;
    read_xml(archive, *entry, sink);
    return sink.by_id;
}

struct WorkbookSink final : XmlSink {
    struct Sheet {
        std::string name, id;
        bool        hidden = false;
    };
    std::vector<Sheet> sheets;
    bool               date1904 = false;
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "workbookPr") {
            const std::string_view flag = attributes["date1904"];
            date1904 = flag == "1" || flag == "true" || flag == "on";
        } else if (name == "sheet") {
            const std::string_view state = attributes["state"];
            sheets.push_back({std::string(attributes["name"]), std::string(attributes["id"]), state == "hidden" || state == "veryHidden"});
        }
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

struct StylesSink final : XmlSink {
    std::map<int, XlsxStyle> formats;
    std::vector<XlsxStyle>   styles;
    bool                     in_cells = false;
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "numFmt") formats[whole(attributes["numFmtId"])] = {kind_of_format(attributes["formatCode"]), padding_of_format(attributes["formatCode"])};
        if (name == "cellXfs") in_cells = true;
        if (name != "xf" || !in_cells || styles.size() >= max_styles) return;
        const int  id    = whole(attributes["numFmtId"]);
        const auto found = formats.find(id);
        styles.push_back(found != formats.end() ? found->second : XlsxStyle{kind_of_builtin(id), 0});
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") in_cells = false;
    }
    void text(std::string_view) override {}
};

/// Shared texts: the runs of an entry follow each other; phonetic runs (rPh) say how to pronounce it and are left out.
struct SharedSink final : XmlSink {
    explicit SharedSink(SharedTexts& out, std::string from) : texts(out), source(std::move(from)) {}
    SharedTexts& texts;
    std::string  source, entry;
    bool         in_text = false;
    int          phonetic = 0;
    void start(std::string_view name, const XmlAttributes&) override {
        if (name == "rPh") ++phonetic;
        in_text = name == "t" && phonetic == 0;
    }
    void end(std::string_view name) override {
        if (name == "rPh") --phonetic;
        if (name == "t") in_text = false;
        if (name != "si") return;
        append_unescaped(texts.text, entry);
        texts.ends.push_back(texts.text.size());
        entry.clear();
        if (texts.text.size() + texts.ends.size() * sizeof(std::size_t) > max_shared_bytes) throw InputError("its shared texts take more than 512 MiB; split the workbook", {.source = source});
    }
    void text(std::string_view characters) override {
        if (in_text) entry += characters;
        if (entry.size() > max_shared_bytes) throw InputError("its shared texts take more than 512 MiB; split the workbook", {.source = source});
    }
};

std::string workbook_part(const ZipArchive& archive) {
    for (const auto& [id, relation] : relations_of(archive, "")) {
        if (relation.kind == "officeDocument") return relation.part;
    }
    return "xl/workbook.xml";
}

}  // namespace

bool is_xlsx(const ZipArchive& archive) {
    if (archive.find("xl/workbook.xml") != nullptr) return true;
    if (archive.find("[Content_Types].xml") == nullptr) return false;
    for (const ZipEntry& entry : archive.entries()) {
        if (entry.name.find("worksheets/") != std::string::npos) return true;
    }
    return false;
}

XlsxWorkbook::XlsxWorkbook(const std::string& path) : archive_(path) {
    const std::string part  = workbook_part(archive_);
    const ZipEntry*   entry = archive_.find(part);
    if (entry == nullptr) throw InputError("is damaged or not a workbook; open it in a spreadsheet program and save it again as .xlsx", {.source = path});
    WorkbookSink book;
    read_xml(archive_, *entry, book);
    date1904_            = book.date1904;
    const auto relations = relations_of(archive_, part);
    for (const auto& [id, relation] : relations) {
        if (relation.kind == "sharedStrings") shared_part_ = relation.part;
        if (relation.kind != "styles") continue;
        const ZipEntry* styles = archive_.find(relation.part);
        if (styles == nullptr) continue;
        StylesSink sink;
        read_xml(archive_, *styles, sink);
        styles_ = std::move(sink.styles);
    }
    for (const auto& sheet : book.sheets) {
        const auto relation = relations.find(sheet.id);
        if (relation == relations.end()) throw InputError(fmt::format("is damaged: the sheet '{}' has no part; open it in a spreadsheet program and save it again", sheet.name), {.source = path});
        if (relation->second.kind == "worksheet") sheets_.push_back({sheet.name, relation->second.part, sheet.hidden});
    }
    if (sheets_.empty()) throw InputError("the workbook has no sheet", {.source = path});
}

const SharedTexts& XlsxWorkbook::shared_texts() {
    if (shared_read_) return shared_;
    const ZipEntry* entry = shared_part_.empty() ? archive_.find("xl/sharedStrings.xml") : archive_.find(shared_part_);
    if (entry != nullptr) {
        SharedSink sink(shared_, archive_.source());
        read_xml(archive_, *entry, sink);
    }
    shared_read_ = true;
    return shared_;
}

}  // namespace gapmap
