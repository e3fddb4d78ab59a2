#pragma once
#include <string>
#include <vector>

namespace gapmap {

/// A page of prose and tables that an office opens in a browser and prints. All text is plain; it is made safe here.
struct Document {
    struct Table {
        std::string                           caption;
        std::vector<std::string>              head;
        std::vector<std::vector<std::string>> rows;
        std::vector<bool>                     numeric;  ///< per column: set flush right in tabular figures
    };
    struct Section {
        std::string              heading;
        std::vector<std::string> paragraphs;
        std::vector<Table>       tables;
    };
    std::string              lang;  ///< "zh-CN" or "en"
    std::string              title, subtitle, notice;  ///< `notice`: shown framed under the title, e.g. that this is demo data
    std::vector<Section>     sections;
    std::vector<std::string> footer;
};

/// One HTML file without any reference to another file or host; A4 when printed.
[[nodiscard]] std::string document_html(const std::vector<Document>& languages);

}  // namespace gapmap
