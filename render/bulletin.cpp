#include "render/bulletin.h"

#include "render/html_text.h"

namespace gapmap {
namespace {

constexpr const char* style = R"(
:root{color-scheme:light}
body{margin:0 auto;max-width:960px;padding:24px;background:#f7f7f5;color:#1f2328;font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif}
h1{font-size:20px;margin:0}h2{font-size:15px;margin:28px 0 8px;border-bottom:2px solid #1f5f8b}
.sub{color:#4a4f55;margin:4px 0 12px}.notice{border:1px solid #8a5a00;background:#fff8e6;padding:6px 10px;margin:8px 0}
table{border-collapse:collapse;width:100%;margin:8px 0 16px;font-size:13px}caption{text-align:left;font-weight:600;padding:4px 0}
th,td{border:1px solid #d8d8d4;padding:4px 8px;text-align:left;vertical-align:top}th{background:#ecece8}
td:not(:last-child){word-break:keep-all}.wide{overflow-x:auto}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
footer{margin-top:32px;border-top:1px solid #8b9096;font-size:13px;color:#4a4f55}
article+article{margin-top:64px;border-top:4px double #8b9096;padding-top:32px}
@media print{body{background:#fff;max-width:none;padding:0 1px}@page{size:A4;margin:15mm}h2{break-after:avoid}tr,table{break-inside:avoid}.wide{overflow:visible}article+article{break-before:page;border:0}}
)";

void add_table(std::string& html, const Document::Table& table) {
    const auto numeric = [&](std::size_t c) { return c < table.numeric.size() && table.numeric[c]; };
    html += "<div class=\"wide\"><table>";
    if (!table.caption.empty()) html += "<caption>" + html_text(table.caption) + "</caption>";
    html += "<thead><tr>";
    for (std::size_t c = 0; c < table.head.size(); ++c) html += std::string(numeric(c) ? "<th class=\"n\">" : "<th>") + html_text(table.head[c]) + "</th>";
    html += "</tr></thead><tbody>";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c) html += std::string(numeric(c) ? "<td class=\"n\">" : "<td>") + html_text(row[c]) + "</td>";
        html += "</tr>\n";
    }
    html += "</tbody></table></div>\n";
}

}  // namespace

std::string document_html(const std::vector<Document>& languages) {
    std::string html = "<!doctype html>\n<html lang=\"" + html_text(languages.front().lang) + "\">\n<head><meta charset=\"utf-8\"><title>" +
                       html_text(languages.front().title) + "</title><meta name=\"viewport\" content=\"width=device-width\"><style>" + style +
                       "</style></head>\n<body>\n";
    for (const Document& document : languages) {
        html += "<article lang=\"" + html_text(document.lang) + "\">\n<h1>" + html_text(document.title) + "</h1>\n<p class=\"sub\">" + html_text(document.subtitle) + "</p>\n";
        if (!document.notice.empty()) html += "<p class=\"notice\">" + html_text(document.notice) + "</p>\n";
        for (const auto& section : document.sections) {
            html += "<h2>" + html_text(section.heading) + "</h2>\n";
            for (const auto& paragraph : section.paragraphs) html += "<p>" + html_text(paragraph) + "</p>\n";
            for (const auto& table : section.tables) add_table(html, table);
        }
        html += "<footer>";
        for (const auto& line : document.footer) html += "<p>" + html_text(line) + "</p>";
        html += "</footer>\n</article>\n";
    }
    return html + "</body>\n</html>\n";
}

}  // namespace gapmap
