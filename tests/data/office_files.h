#pragma once
// Office files made of literals, so that a test shows what is in them.
#include <string>
#include <utility>
#include <vector>

#include "data/ingest/import_source.h"

namespace office {

/// A folder of files for one test; goes away with it.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&)            = delete;
    Folder& operator=(const Folder&) = delete;
    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& bytes) const;

private:
    std::string path_;
};

/// A zip archive of stored members.
std::string zip(const std::vector<std::pair<std::string, std::string>>& members);

struct Sheet {
    std::string name;
    std::string rows;            ///< what stands inside <sheetData>
    std::string behind = "";     ///< what follows it, e.g. <mergeCells>
    std::string state  = "";     ///< hidden, veryHidden
};
struct Book {
    std::string shared = "";     ///< <si> elements
    std::string styles = "";     ///< what stands inside <styleSheet>
    std::string properties = ""; ///< attributes of <workbookPr>
};
std::string xlsx(const std::vector<Sheet>& sheets, const Book& book = {});
/// Rows of inline text cells, from row `first` on; an empty text is no cell.
std::string text_rows(const std::vector<std::vector<std::string>>& rows, int first = 1);

/// A Shapefile of points: .shp, .shx and .dbf; the texts are bytes in whatever encoding.
struct Shape {
    std::string shp, shx, dbf;
};
Shape shapefile(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows, const std::vector<std::pair<double, double>>& points);

std::string utf16le(const std::string& utf8);
std::string gb18030(const std::string& utf8);

struct Imported {
    gapmap::ImportSummary      summary;
    std::vector<gapmap::Issue> issues;
    gapmap::Table              rows;
    gapmap::Points<gapmap::Lonlat> points;
    [[nodiscard]] std::vector<std::string> codes() const;  ///< of the issues
    [[nodiscard]] bool                     has(const std::string& code) const;
    [[nodiscard]] std::size_t              count(const std::string& code) const;
    /// The first issue of a code; fails the test where there is none.
    [[nodiscard]] const gapmap::Issue&     issue(const std::string& code) const;
    [[nodiscard]] std::string              texts(const std::string& column) const;  ///< joined by a blank
};
/// Imports a file, every sheet that is meant, and checks the balance.
Imported import(const std::string& file, gapmap::SourceSpec spec, bool checks_units = false);
Imported import(const std::string& file, gapmap::SourceSpec spec, gapmap::ImportReference reference);

}  // namespace office
