#include <doctest/doctest.h>
#include <zlib.h>

#include <random>

#include "data/read/xlsx_sheet.h"
#include "geo/core/error.h"
#include "tests/data/office_files.h"

using namespace gapmap;
using namespace office;

namespace {

/// All cells of a sheet: rows by `;`, cells by `|`, each row with its number.
std::string cells_of(const std::string& bytes, std::size_t sheet = 0) {
    const Folder folder;
    XlsxWorkbook book(folder.write("book.xlsx", bytes));
    XlsxSheet    rows(book, book.sheets().at(sheet));
    std::string  out;
    while (const SheetRow* row = rows.next()) {
        out += (out.empty() ? "" : ";") + std::to_string(row->number) + ":";
        for (std::size_t c = 0; c < row->cells.size(); ++c) out += (c == 0 ? "" : "|") + std::string(row->cell(c));
    }
    return out;
}

std::string row(const std::string& cells) { return "<row>" + cells + "</row>"; }

const std::string date_styles = R"(<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="177" formatCode="[$-804]h:mm AM/PM"/>
  <numFmt numFmtId="178" formatCode="[Red]0.00;&quot;day&quot;0"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="178"/><xf numFmtId="31"/></cellXfs>)";

}  // namespace

TEST_CASE("xlsx: shared texts join their runs and leave out how they are pronounced; inline texts, truth values and errors are cells too") {
    const Book book{.shared = R"(<si><t>甲</t></si><si><r><t>走访</t></r><r><rPr><b/></rPr><t>日期</t></r><rPh sb="0" eb="1"><t>zou</t></rPh></si><si><t>一_x000D_二</t></si>)"};
    const std::string cells = row(R"(<c r="A1" t="s"><v>1</v></c><c r="C1" t="s"><v>0</v></c><c r="D1" t="inlineStr"><is><r><t>乙</t></r><r><t>丙</t></r></is></c>)"
                                  R"(<c r="E1" t="b"><v>1</v></c><c r="F1" t="e"><v>#N/A</v></c><c r="G1" t="str"><f>A1</f><v>公式</v></c><c r="H1" t="s"><v>2</v></c>)");
    CHECK(cells_of(xlsx({{"甲", cells}}, book)) == "1:走访日期||甲|乙丙|TRUE||公式|一\r二");
}

TEST_CASE("xlsx: cells and rows without addresses follow each other; addresses skip") {
    CHECK(cells_of(xlsx({{"甲", R"(<row><c><v>1</v></c><c r="C1"><v>2</v></c><c><v>3</v></c></row><row/><row r="9"><c><v>4</v></c></row><row><c><v>5</v></c></row>)"}})) ==
          "1:1||2|3;9:4;10:5");
}

TEST_CASE("xlsx: numbers are their shortest text, whole ones plain; from 16 digits on they are no plausible digits") {
    CHECK(cells_of(xlsx({{"甲", row("<c><v>0.10000000000000001</v></c><c><v>100000</v></c><c><v>610329100200001</v></c><c><v>6103291002000010</v></c><c><v>-2.5</v></c><c><v>1E-7</v></c>")}})) ==
          "1:0.1|100000|610329100200001|6.10329100200001e+15|-2.5|1e-07");
}

TEST_CASE("xlsx: a number with a day's format is a day, in both calendars, with its time; a colour's name is no format") {
    const std::string cells = row(R"(<c s="1"><v>44776</v></c><c s="2"><v>44776.395833333336</v></c><c s="3"><v>0.395833333333333</v></c><c s="4"><v>44776</v></c><c s="5"><v>44776</v></c><c s="1"><v>60</v></c><c s="1"><v>-1</v></c>)"
                                  R"(<c t="d" s="1"><v>2022-08-03T00:00:00</v></c><c t="d"><v>2022-08-03T09:30:00Z</v></c>)");
    CHECK(cells_of(xlsx({{"甲", cells}}, {.styles = date_styles})) == "1:2022/08/03|2022/08/03 09:30:00|09:30:00|44776|2022/08/03|60|-1|2022-08-03|2022-08-03 09:30:00");
    CHECK(cells_of(xlsx({{"甲", row(R"(<c s="1"><v>43314</v></c>)")}}, {.styles = date_styles, .properties = "date1904=\"1\""})) == "1:2022/08/03");
}

TEST_CASE("xlsx: a code that its format pads with zeros has them") {
    const Book book{.styles = R"(<numFmts><numFmt numFmtId="180" formatCode="000000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="180"/></cellXfs>)"};
    CHECK(cells_of(xlsx({{"甲", row(R"(<c s="1"><v>123</v></c><c s="0"><v>123</v></c><c s="1"><v>1234567</v></c><c s="1"><v>1.5</v></c><c s="1"><v>-3</v></c>)")}}, book)) == "1:000123|123|1234567|1.5|-3");
}

TEST_CASE("xlsx: prefixed names of strict files are understood, and what the file says of its size is not believed") {
    std::string bytes = xlsx({{"甲", ""}});
    const auto  strict = zip({{"_rels/.rels", R"(<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/book/wb.xml"/></Relationships>)"},
                              {"book/wb.xml", R"(<x:workbook xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" xmlns:r="http://purl.oclc.org/ooxml/officeDocument/relationships"><x:sheets><x:sheet name="甲" sheetId="7" r:id="q"/></x:sheets></x:workbook>)"},
                              {"book/_rels/wb.xml.rels", R"(<Relationships><Relationship Id="q" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="../s.xml"/></Relationships>)"},
                              {"s.xml", R"(<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:dimension ref="A1:B1"/><x:sheetData><x:row r="5"><x:c r="D5"><x:v>8</x:v></x:c></x:row></x:sheetData></x:worksheet>)"}});
    CHECK(cells_of(strict) == "5:|||8");
}

TEST_CASE("xlsx: a merged cell's value is filled down its first column, not across, and not into blank rows") {
    const std::string rows = text_rows({{"甲镇", "一"}, {"", "二"}, {"", ""}, {"", "三"}, {"", "四"}});
    CHECK(cells_of(xlsx({{"甲", rows, R"(<mergeCells count="1"><mergeCell ref="A1:A4"/></mergeCells>)"}})) == "1:甲镇|一;2:甲镇|二;4:甲镇|三;5:|四");
    CHECK(cells_of(xlsx({{"甲", text_rows({{"甲", "", "乙"}}), R"(<mergeCells><mergeCell ref="A1:B1"/></mergeCells>)"}})) == "1:甲||乙");
}

TEST_CASE("xlsx: damage, bombs and traps end in one error") {
    const std::string good = xlsx({{"甲", text_rows({{"甲"}})}});
    for (std::size_t cut : {std::size_t{0}, std::size_t{10}, good.size() / 2, good.size() - 1}) CHECK_THROWS_AS(cells_of(good.substr(0, cut)), InputError);
    CHECK_THROWS_AS(cells_of(xlsx({{"甲", "<row><c><v>1</v></row>"}})), InputError);
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    CHECK_THROWS_WITH_AS(cells_of(xlsx({{"甲", deep}})), doctest::Contains("nested"), InputError);
    CHECK_THROWS_WITH_AS(cells_of(xlsx({{"甲", row("<c r=\"ZZZ1\"><v>1</v></c>")}})), doctest::Contains("column"), InputError);
    CHECK_THROWS_WITH_AS(cells_of(xlsx({{"甲", row("<c t=\"s\"><v>7</v></c>")}})), doctest::Contains("shared text"), InputError);
    CHECK_THROWS_WITH_AS(cells_of(xlsx({{"甲", row("<c t=\"str\"><v>" + std::string(2'000'000, 'x') + "</v></c>")}})), doctest::Contains("1 MiB"), InputError);
    std::string laughs = xlsx({{"甲", text_rows({{"甲"}})}});
    const auto  traps  = zip({{"xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><workbook/>"}});
    CHECK_THROWS_WITH_AS(cells_of(traps), doctest::Contains("document type"), InputError);
}

TEST_CASE("xlsx: a part that says it unpacks to gigabytes from a few bytes is not read, nor one that is longer than it says") {
    std::string       bytes = zip({{"a", std::string(5000, 'x')}});
    const std::size_t size  = bytes.find("PK\x01\x02") + 24;
    const Folder      folder;
    for (const auto& [said, words] : {std::pair{"\xFF\xFF\xFF\x7F", "would unpack"}, std::pair{"\x10\x01\x01\x01", "length"}, std::pair{"\x10\0\0\0", "longer than it says"}}) {
        bytes.replace(size, 4, said, 4);
        const ZipArchive archive(folder.write("a.zip", bytes));
        CHECK_THROWS_WITH_AS((void)archive.read(archive.entries()[0], ZipArchive::member_limit), doctest::Contains(words), InputError);
    }
}

TEST_CASE("xlsx: a part whose check sum is wrong is damaged, and a stream ends at its limit") {
    std::string bytes = xlsx({{"甲", text_rows({{"abcdef"}})}});
    bytes[bytes.find("abcdef")] = 'x';
    CHECK_THROWS_WITH_AS(cells_of(bytes), doctest::Contains("check sum"), InputError);
    const Folder     folder;
    const ZipArchive archive(folder.write("a.zip", zip({{"a", std::string(5000, 'x')}})));
    CHECK(archive.read(archive.entries()[0], 5000).size() == 5000);
    CHECK_THROWS_AS((void)archive.read(archive.entries()[0], 4999), InputError);
}
