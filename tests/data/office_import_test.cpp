// Office files as they come, through the import: kinds, encodings and layouts.
#include <doctest/doctest.h>

#include <algorithm>

#include "data/ingest/row_source.h"
#include "data/ingest/sheet_plan.h"
#include "geo/core/day.h"
#include "geo/core/error.h"
#include "tests/data/office_files.h"

using namespace gapmap;
using namespace office;

namespace {

const SourceSpec sites{.ledger = "sites", .crs = "EPSG:4490"};
const SourceSpec people{.ledger = "people_at_risk"};

const std::vector<std::string> sites_header = {"编号", "名称", "类型", "经度", "纬度", "启用日期"};
std::vector<std::string>       site(const std::string& code) { return {code, "甲", "宣传墙", "107.7123", "34.6123", "2022-01-05"}; }

std::string csv(const std::vector<std::vector<std::string>>& rows, const std::string& separator = ",") {
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) out += (c == 0 ? "" : separator) + row[c];
        out += "\n";
    }
    return out;
}

const std::vector<std::vector<std::string>> two_sites = {sites_header, site("S1"), site("S2")};

Imported import_bytes(const std::string& name, const std::string& bytes, const SourceSpec& spec) {
    const Folder folder;
    return import(folder.write(name, bytes), spec);
}

std::string refusal(const std::string& name, const std::string& bytes, const SourceSpec& spec = sites) {
    try {
        (void)import_bytes(name, bytes, spec);
    } catch (const InputError& error) {
        return error.what();
    }
    return "was read";
}

bool contains(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

const std::string html_page = "<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'><style>td{}</style></head><body><!-- <table> --><TABLE border=1>"
                              "<tr><td colspan=6>宣传阵地<br>一览</td></tr><TR><th>编号<th>名称<th>类型<th>经度<th>纬度<th>启用日期</tr>"
                              "<tr><td>S1</td><td>甲&amp;乙</td><td rowspan=2>宣传墙</td><td>107.7123</td><td>34.6123</td><td>2022-01-05</td></tr>"
                              "<tr><td>S2&nbsp;</td><td>丙</td><td>107.8123</td><td>34.7123</td><td>2022-01-06</td></tr></TABLE></body></html>";

}  // namespace

TEST_CASE("kinds: a workbook is read whatever it is called, and so is a text") {
    for (const char* name : {"a.xlsx", "a.xls", "a.csv", "a.XLSX", "a.dat"}) {
        CHECK(import_bytes(name, xlsx({{"甲", text_rows(two_sites)}}), sites).texts("site_code") == "S1 S2");
        CHECK(import_bytes(name, csv(two_sites, "\t"), sites).texts("site_code") == "S1 S2");
    }
}

TEST_CASE("kinds: an old workbook is read; it may be called .xlsx") {
    const Folder      folder;
    const std::string path = std::string(GAPMAP_TEST_DATA) + "/office/sites.xls";
    SourceSpec        spec = sites;
    spec.max_held_share    = 1;
    const auto in          = import(path, spec);
    CHECK(in.summary.encoding == "XLS");
    CHECK(in.texts("site_code") == "S1 610329100200");
    CHECK(in.summary.rows_read == 4);  // below the first two rows, two without place and day
    CHECK(kind_of_file(path) == FileKind::xls);
}

TEST_CASE("kinds: merged cells of an old workbook are filled down, its hidden sheets stay unread, its sums are checked") {
    const auto in = import(std::string(GAPMAP_TEST_DATA) + "/office/merged.xls", {.ledger = "events"});
    CHECK(in.summary.accepted == 2);
    CHECK(in.texts("unit_code") == "610329100200 610329100200");
    CHECK(in.codes() == std::vector<std::string>{"hidden_sheet", "total_row", "total_mismatch", "filled_down"});
}

TEST_CASE("kinds: an HTML table called .xls is read in its declared charset, cells that span rows filled down") {
    for (const std::string& bytes : {gb18030(html_page), html_page}) {
        const auto in = import_bytes("a.xls", bytes, sites);
        CHECK(in.texts("site_code") == "S1 S2");
        CHECK(in.texts("name") == "甲&乙 丙");
        CHECK(in.texts("kind") == "宣传墙 宣传墙");
    }
    CHECK(contains(refusal("a.xls", "<html><body>no table</body></html>"), "holds no table"));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<table><tr><td>";
    CHECK(contains(refusal("a.xls", deep), "nested"));
}

TEST_CASE("kinds: an OpenDocument table is read, also under another name") {
    std::string rows;
    for (const auto& line : two_sites) {
        rows += "<table:table-row>";
        for (const auto& cell : line) rows += "<table:table-cell office:value-type=\"string\"><text:p>" + cell + "</text:p></table:table-cell>";
        rows += "</table:table-row>";
    }
    const std::string content = R"(<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="甲">)" + rows + "</table:table></office:spreadsheet></office:body></office:document-content>";
    for (const char* name : {"a.ods", "a.xls"}) {
        const auto in = import_bytes(name, zip({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", content}}), sites);
        CHECK(in.summary.encoding == "ODS");
        CHECK(in.texts("site_code") == "S1 S2");
    }
}

TEST_CASE("kinds: an XML Spreadsheet 2003 is read") {
    std::string rows;
    for (const auto& line : two_sites) {
        rows += "<Row>";
        for (const auto& cell : line) rows += "<Cell><Data ss:Type=\"" + std::string(cell == "107.7" ? "Number" : "String") + "\">" + cell + "</Data></Cell>";
        rows += "</Row>";
    }
    const auto in = import_bytes("a.xls", R"(<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="甲"><Table>)" + rows + "</Table></Worksheet></Workbook>", sites);
    CHECK(in.texts("site_code") == "S1 S2");
    CHECK(in.summary.encoding == "XML-2003");
}

TEST_CASE("kinds: a sheet inside a cell of an XML Spreadsheet does no harm") {
    const std::string bytes = R"(<Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row><Cell><Worksheet ss:Name="b"><Data ss:Type="String">x</Data></Worksheet></Cell></Row></Table></Worksheet></Workbook>)";
    CHECK(contains(refusal("a.xml", bytes), "no column"));
}

TEST_CASE("kinds: what is not read is refused by what it is, with what to do") {
    CHECK(contains(refusal("~$阵地.xlsx", "user"), "close the workbook"));
    CHECK(contains(refusal("阵地.et", "anything"), "save it as .xlsx"));
    const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\1');
    CHECK(contains(refusal("a.xlsx", ole + utf16le("EncryptedPackage")), "password"));
    CHECK(contains(refusal("a.doc", ole + utf16le("WordDocument")), "not a workbook"));
    CHECK(contains(refusal("a.xls", ole + utf16le("Workbook")), "damaged"));
    CHECK(contains(refusal("a.docx", zip({{"word/document.xml", ""}})), "document"));
    CHECK(contains(refusal("a.xls", "MIME-Version: 1.0\nX-Document-Type: Workbook\n"), "web archive"));
    CHECK(contains(refusal("a.pdf", "%PDF-1.4 ..."), "PDF"));
    CHECK(contains(refusal("a.csv.gz", "\x1F\x8B\x08 packed"), "unpack it"));
    CHECK(contains(refusal("a.xlsx", std::string(400, '\2')), "not a workbook"));
    CHECK(contains(refusal("a.png", std::string(400, '\2')), "'.png'"));
}

TEST_CASE("zip: the only readable member is read, others by name; the members are listed where there is a choice") {
    const Folder      folder;
    const std::string one  = folder.write("one.zip", zip({{"说明.pdf", "x"}, {gb18030("阵地/阵地.csv"), csv(two_sites)}}));
    const std::string two  = folder.write("two.zip", zip({{"a.csv", csv(two_sites)}, {"in/b.xlsx", xlsx({{"甲", text_rows({sites_header, site("S9")})}})}}));
    CHECK(import(one, sites).texts("site_code") == "S1 S2");
    CHECK(import(two + "/in/b.xlsx", sites).texts("site_code") == "S9");
    CHECK(container_of(two + "/in/b.xlsx") == two);
    CHECK_THROWS_WITH_AS((void)import(two, sites), doctest::Contains("a.csv, in/b.xlsx"), InputError);
    CHECK_THROWS_WITH_AS((void)import(two + "/c.csv", sites), doctest::Contains("no member 'c.csv'"), InputError);
    const std::string bad = folder.write("bad.zip", zip({{"a.csv", "甲,乙\n1,2\n"}}));
    CHECK_THROWS_WITH_AS((void)import(bad, sites), doctest::Contains("bad.zip"), InputError);
}

TEST_CASE("shapefiles: without .cpg code page 936 is tried; a declaration wins; names that are cut are matched by their start") {
    const Folder folder;
    const auto   write = [&](const std::string& name, const Shape& shape) {
        folder.write(name + ".dbf", shape.dbf);
        folder.write(name + ".shx", shape.shx);
        return folder.write(name + ".shp", shape.shp);
    };
    const auto gbk  = shapefile({gb18030("阵地编号"), gb18030("类型"), gb18030("启用日期")}, {{"S1", gb18030("宣传墙"), "2022-01-05"}}, {{107.7, 34.6}});
    const auto utf8 = shapefile({"编号", "类型", "opened"}, {{"S1", "宣传墙", "2022-01-05"}}, {{107.7, 34.6}});
    for (const auto& path : {write("gbk", gbk), write("utf", utf8)}) {
        const auto in = import(path, sites);
        CHECK(in.texts("kind") == "宣传墙");
        CHECK(in.points.x[0] == 107.7);
    }
    // 村(社区)编码 and 16至55岁人数 of a longer name, cut after 10 bytes in the middle of a letter.
    const std::string cut = std::string("启用日期").substr(0, 10);
    const auto        in  = import(write("cut", shapefile({"编号", "类型", cut}, {{"S1", "宣传墙", "2022-01-05"}}, {{107.7, 34.6}})), sites);
    CHECK(in.summary.accepted == 1);
    folder.write("said.cpg", "ANSI 936");
    CHECK(import(write("said", gbk), sites).texts("kind") == "宣传墙");
    SourceSpec undeclared = sites;
    undeclared.crs.clear();
    CHECK_THROWS_WITH_AS((void)import(write("no", gbk), undeclared), doctest::Contains("declare it with crs"), InputError);
    const std::string packed = folder.write("shp.zip", zip({{"阵地.shp", gbk.shp}, {"阵地.DBF", gbk.dbf}, {"阵地.shx", gbk.shx}}));
    CHECK(import(packed, sites).texts("kind") == "宣传墙");
    const auto neither = shapefile({"site_code", "kind", "opened"}, {{"S1", "\xFF\xFF\xFF\xFF\xFF\xFF", "2022-01-05"}}, {{107.7, 34.6}});
    CHECK_THROWS_WITH_AS((void)import(write("neither", neither), sites), doctest::Contains("declare it with encoding"), InputError);
}

TEST_CASE("shapefiles: the text whose encoding nobody knows is named by row and field, and a .prj that the declaration contradicts is noted") {
    const Folder folder;
    const auto   write = [&](const std::string& name, const Shape& shape) {
        folder.write(name + ".shx", shape.shx);
        folder.write(name + ".dbf", shape.dbf);
        return folder.write(name + ".shp", shape.shp);
    };
    const auto neither = shapefile({"site_code", "kind", "opened"}, {{"S1", "wall", "2022-01-05"}, {"S2", "\xFF\xFF\xFF\xFF", "2022-01-05"}}, {{107.7, 34.6}, {107.7, 34.6}});
    CHECK_THROWS_WITH_AS((void)import(write("neither", neither), sites), doctest::Contains("row 2, field 'kind'"), InputError);
    const std::string path = write("prj", shapefile({"site_code", "kind", "opened"}, {{"S1", "wall", "2022-01-05"}}, {{107.7, 34.6}}));
    CHECK_FALSE(import(path, sites).has("crs_differs_from_prj"));
    folder.write("prj.prj", R"(GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]])");
    CHECK_FALSE(import(path, sites).has("crs_differs_from_prj"));  // CGCS2000 and WGS 84 agree within centimetres
    SourceSpec shifted = sites;
    shifted.crs        = "GCJ02";
    const auto in      = import(path, shifted);
    CHECK(in.issue("crs_differs_from_prj").fate == Fate::noted);
    CHECK(in.points.x[0] != 107.7);  // the declaration wins
}

TEST_CASE("Gauss-Kruger: metres under a wrong declaration, or none, are told which EPSG code brings them into the county") {
    ImportReference reference;
    reference.checks_units = false;
    reference.county       = {107.3, 34.5, 108.1, 35.0};
    const Folder folder;
    const auto   why = [&](const std::string& east, const std::string& north, const std::string& crs) {
        SourceSpec spec     = sites;
        spec.crs            = crs;
        spec.max_held_share = 1;
        try {
            const auto in = import(folder.write("a.csv", csv({sites_header, {"S1", "甲", "宣传墙", east, north, "2022-01-05"}})), spec, reference);
            return in.issues.empty() ? std::string() : in.issues.front().detail_en;
        } catch (const InputError& error) {
            return std::string(error.what());
        }
    };
    CHECK(contains(why("36480302", "3839641", ""), "EPSG:4524"));
    CHECK(contains(why("480302", "3839641", ""), "EPSG:4545"));
    CHECK(contains(why("755246", "3842000", ""), "EPSG:4507"));
    CHECK(contains(why("480302", "3839641", "EPSG:4490"), "EPSG:4545"));
    CHECK(contains(why("480302", "3839641", "EPSG:4546"), "EPSG:4545"));
    CHECK(contains(why("36480302", "3839641", "EPSG:4545"), "EPSG:4524"));
    CHECK(contains(why("480302", "3839641", "EPSG:4524"), "EPSG:4545"));
}

TEST_CASE("KML: placemarks are rows, their system is WGS 84") {
    SourceSpec spec = sites;
    spec.crs.clear();
    const auto in = import_bytes("a.kml", R"(<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>甲</name><ExtendedData><Data name="编号"><value>S1</value></Data><Data name="类型"><value>宣传墙</value></Data><Data name="启用日期"><value>2022-01-05</value></Data></ExtendedData><Point><coordinates>107.7,34.6</coordinates></Point></Placemark></Document></kml>)", spec);
    CHECK(in.texts("site_code") == "S1");
    CHECK(in.points.x[0] == 107.7);
}

TEST_CASE("text: encodings and separators are found out") {
    const std::string commas = csv(two_sites), tabs = csv(two_sites, "\t");
    for (const std::string& bytes : {commas, "\xEF\xBB\xBF" + commas, gb18030(commas), "\xFF\xFE" + utf16le(tabs), utf16le(tabs), utf16le(commas), csv(two_sites, ";"), csv(two_sites, "|"), csv(two_sites, "，")}) {
        CHECK(import_bytes("a.csv", bytes, sites).texts("site_code") == "S1 S2");
    }
    CHECK(import_bytes("a.csv", commas.substr(0, commas.size() - 1), sites).summary.rows_read == 2);
    CHECK(import_bytes("a.csv", "一，二，三\n" + commas, sites).summary.accepted == 2);
}

TEST_CASE("text: UTF-16 without a mark is recognised with letters whose low byte is zero, and refused by name where it is not regular") {
    std::vector<std::vector<std::string>> rows = {sites_header};
    for (int i = 1; i <= 9; ++i) rows.push_back({"S" + std::to_string(i), "一中家属院一号", "宣传墙", "107.7123", "34.6123", "2022-01-05"});
    const auto in = import_bytes("a.csv", utf16le(csv(rows)), sites);
    CHECK(in.summary.encoding == "UTF-16LE");
    CHECK(in.summary.accepted == 9);
    std::string torn = utf16le(csv(rows));
    torn.erase(torn.size() / 2 | 1, 1);  // from here on every letter is cut in two
    CHECK(contains(refusal("a.csv", torn), "UTF-16"));
}

TEST_CASE("text: of two encodings in one file the first line that is not like the rest is named") {
    std::vector<std::vector<std::string>> rows = {sites_header};
    for (int i = 1; i <= 9; ++i) rows.push_back(site("S" + std::to_string(i)));
    const std::string utf8 = csv(rows), gbk = gb18030(utf8), one = csv({{"S10", "县城东关小学门口", "宣传墙", "107.7123", "34.6123", "2022-01-05"}});
    CHECK(contains(refusal("a.csv", utf8 + gb18030(one) + utf8), "row 11"));
    CHECK(contains(refusal("a.csv", utf8 + gb18030(one) + utf8), "not UTF-8"));
    CHECK(contains(refusal("a.csv", gbk + one + gbk), "row 11"));
    CHECK(contains(refusal("a.csv", gbk + one + gbk), "is UTF-8"));
    CHECK(contains(refusal("a.csv", "\xEF\xBB\xBF" + utf8 + gb18030(one)), "row 11"));
    SourceSpec declared = sites;
    declared.encoding   = "UTF-8";
    CHECK(contains(refusal("a.csv", utf8 + gb18030(one), declared), "row 11"));
}

TEST_CASE("text: a stray quotation mark and cells beyond the header hold their row back, and only it") {
    const std::string head = csv({sites_header});
    const auto        in   = import_bytes("a.csv", head + "\"S1,甲,宣传墙,107.7,34.6,2022-01-05\n" + csv({site("S2")}) + "S3,甲\"乙,宣传墙,107.7,34.6,2022-01-05\n" + "S4,\"甲\"\"乙\n丙\",宣传墙,107.7,34.6,2022-01-05\n" +
                                                 "S5,甲,乙,宣传墙,107.7,34.6,2022-01-05\n" + "S6,甲,宣传墙,107.7,34.6,2022-01-05,,\n", sites);
    CHECK(in.summary.rows_read == 6);
    CHECK(in.texts("site_code") == "S2 S3 S4 S6");
    CHECK(in.issues[0].code == "stray_quote");
    CHECK(in.issues[0].row == 2);
    CHECK(in.has("ragged"));
    CHECK(std::ranges::find(in.issues, 7U, &Issue::row) != in.issues.end());  // S5: a quoted cell held one line feed
}

TEST_CASE("text: a zero byte vanishes and is written down; a file of them is no text") {
    std::string bytes = csv(two_sites);
    bytes.insert(bytes.find("S1") + 1, 1, '\0');
    const auto in = import_bytes("a.csv", bytes, sites);
    CHECK(in.texts("site_code") == "S1 S2");
    CHECK(in.summary.repaired == 1);
}

TEST_CASE("layout: a group header over merged columns gives its columns their meaning") {
    const std::vector<std::vector<std::string>> rows = {{"2022年三个清单"}, {"户编号", "告知", "", "走访", ""}, {"", "日期", "人数", "日期", "人数"}, {"H1", "2022-01-05", "3", "2022-02-06", "4"}};
    const std::string merges = R"(<mergeCells><mergeCell ref="A1:E1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/><mergeCell ref="D2:E2"/></mergeCells>)";
    for (const auto& [list, day] : {std::pair{"informed", "2022-01-05"}, std::pair{"visited", "2022-02-06"}}) {
        const SourceSpec spec{.ledger = "visits", .list = list};
        for (const auto& in : {import_bytes("a.xlsx", xlsx({{"甲", text_rows(rows), merges}}), spec), import_bytes("a.csv", csv(rows), spec)}) {
            REQUIRE(in.summary.accepted == 1);
            CHECK(in.rows.at("date").number(0) == Day::parse_iso(day)->days);
            CHECK(in.texts("household_code") == "H1");
        }
    }
}

TEST_CASE("layout: a header of three merged rows is one header, and the row below it is data") {
    const std::vector<std::vector<std::string>> rows = {{"编码", "全县人口", ""}, {"", "常住", ""}, {"", "总人口", "重点人数"}, {"610329100200", "120", "40"}};
    const auto in = import_bytes("a.xlsx", xlsx({{"甲", text_rows(rows), R"(<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="B1:C1"/><mergeCell ref="B2:C2"/></mergeCells>)"}}), people);
    CHECK(in.summary.rows_read == 1);
    CHECK(in.rows.at("population").number(0) == 120);
}

TEST_CASE("layout: sums are left out and compared with the rows above; a wrong one is noted with both numbers") {
    const std::string head = "村编码,村名,总人口,重点人数\n";
    const auto in = import_bytes("a.csv", head + "1,甲,100,40\n2,乙,50,10\n小  计,,150,50\n3,丙,30,5\n,小计,30,6\n,,,\n合　计,,180,55\n总计：,,181,55\n", people);
    CHECK(in.summary.rows_read == 7);
    CHECK(in.summary.held_back == 4);
    std::vector<Issue> wrong;
    for (const Issue& issue : in.issues) {
        if (issue.code == "total_mismatch") wrong.push_back(issue);
    }
    REQUIRE(wrong.size() == 2);
    CHECK(wrong[0].fate == Fate::noted);
    CHECK(wrong[0].row == 6);
    CHECK(wrong[0].field == "重点人数");
    CHECK(contains(wrong[0].detail_en, "stated sum is 6, that of the rows 5"));
    CHECK(contains(wrong[1].detail_zh, "合计为 181，各行之和为 180"));
}

TEST_CASE("layout: a sum above the rows is compared at the end; a sum in a later column is one where the key is missing") {
    const auto in = import_bytes("a.csv", "村编码,村名,备注,组,总人口,重点人数\n合计,,,,90,51\n1,甲,,一,40,20\n2,乙,,二,50,30\n,,,合计,90,50\n", people);
    CHECK(in.summary.held_back == 2);
    CHECK(std::ranges::count(in.codes(), "total_mismatch") == 1);
    CHECK(in.issues.back().row == 2);
}

TEST_CASE("layout: many rows of sums are no reason to refuse a file") {
    std::string text = "村编码,村名,总人口,重点人数\n";
    for (int i = 0; i < 15; ++i) text += std::to_string(i + 1) + ",甲,10,4\n小计,,10,4\n合计,,,\n";
    const auto in = import_bytes("a.csv", text, people);
    CHECK(in.summary.accepted == 15);
    CHECK(in.summary.held_back == 30);
}

TEST_CASE("layout: the header again, titles again and lines of signatures are noted, not read as rows") {
    const std::string head = "宣传阵地一览,,,,,\n" + csv({sites_header});
    const auto in = import_bytes("a.csv", head + csv({site("S1")}) + head + csv({site("S2")}) + "填表人：,,审核人：,,,\n注：以上为全部阵地,,,,,\n", sites);
    CHECK(in.summary.rows_read == 2);
    CHECK(in.summary.accepted == 2);
    CHECK(in.codes() == std::vector<std::string>{"repeated_header", "repeated_header", "footer", "footer"});
}

TEST_CASE("layout: a record whose name reads like a note or a sum stays a record") {
    const auto in = import_bytes("a.csv", csv({sites_header, {"S1", "注：墙", "宣传墙", "107.7123", "34.6123", "2022-01-05"}, {"S2", "甲", "宣传墙", "107.7123", "34.6123", "2022-01-05"}, {"说明:S3", "甲", "宣传墙", "107.7123", "34.6123", "2022-01-05"}}), sites);
    CHECK(in.summary.rows_read == 3);
    CHECK(in.summary.accepted == 3);
}

TEST_CASE("sheets: every visible sheet that matches is read; the others are named, hidden ones stay unread unless named") {
    const Folder      folder;
    const std::string path = folder.write("a.xlsx", xlsx({{"说明", text_rows({{"请各镇填报"}})}, {"甲镇", text_rows({sites_header, site("S1")})}, {"乙镇", text_rows({{"标题"}, sites_header, site("S2")})},
                                                          {"底稿", text_rows({sites_header, site("S3")}), "", "hidden"}, {"深藏", text_rows({sites_header, site("S4")}), "", "veryHidden"}, {"空", ""}}));
    SourceSpec spec = sites;
    for (const char* all : {"", "*"}) {
        spec.sheet    = all;
        const auto in = import(path, spec);
        CHECK(in.summary.sheet == "甲镇,乙镇");
        CHECK(in.summary.accepted == 2);
        CHECK(in.codes() == std::vector<std::string>{"hidden_sheet", "sheet_left_out"});
        CHECK(contains(in.issues[0].detail_zh, "底稿, 深藏"));
        CHECK(contains(in.issues[1].detail_en, "说明"));
    }
    spec.sheet    = "底稿";
    const auto in = import(path, spec);
    CHECK(in.texts("site_code") == "S3");
    CHECK(in.has("hidden_sheet"));
    spec.sheet = "没有";
    CHECK_THROWS_WITH_AS((void)import(path, spec), doctest::Contains("there are: 说明, 甲镇, 乙镇, 底稿"), InputError);
}

TEST_CASE("sheets: where none matches, the first one's error says what is missing") {
    CHECK(contains(refusal("a.xlsx", xlsx({{"甲", text_rows({{"一"}})}, {"乙", text_rows({{"二"}})}})), "no column for the required field"));
}

TEST_CASE("a formula that nobody calculated is empty, and said to be so") {
    const std::string rows = text_rows({{"编码", "极易被骗人数"}}) + R"(<row r="2"><c r="A2" t="str"><f>X</f><v>1</v></c><c r="B2"><f>1+1</f></c></row>)";
    const auto in = import_bytes("a.xlsx", xlsx({{"甲", rows}}), people);
    CHECK(in.has("uncalculated"));
    CHECK(in.has("missing"));
}

TEST_CASE("workbooks: plain serial numbers of a workbook that counts from 1904 are its days") {
    const std::string rows = R"(<row><c t="inlineStr"><is><t>编号</t></is></c><c t="inlineStr"><is><t>名称</t></is></c><c t="inlineStr"><is><t>类型</t></is></c><c t="inlineStr"><is><t>经度</t></is></c><c t="inlineStr"><is><t>纬度</t></is></c><c t="inlineStr"><is><t>启用日期</t></is></c></row>)"
                             R"(<row><c t="inlineStr"><is><t>S1</t></is></c><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><t>宣传墙</t></is></c><c><v>107.7123</v></c><c><v>34.6123</v></c><c><v>43314</v></c></row>)";
    CHECK(import_bytes("a.xlsx", xlsx({{"甲", rows}}, {.properties = "date1904=\"1\""}), sites).texts("opened") == std::to_string(Day::of(2022, 8, 3).days));
    CHECK(import_bytes("a.xlsx", xlsx({{"甲", rows}}), sites).texts("opened") == std::to_string(Day::of(2018, 8, 2).days));
}

TEST_CASE("layout: rows of sums, parts and averages are held back even where every cell is filled") {
    const SourceSpec cases{.ledger = "cases", .crs = "EPSG:4490"};
    std::vector<std::vector<std::string>> rows = {{"案件编号", "发案日期", "案件类型", "涉案金额", "地点性质"}};
    for (const char* code : {"A1", "其中：刷单", "平均", "上年同期", "栗川村合计", "合计（元）", "全县总计：", "合计2起"}) rows.push_back({code, "2022-08-03", "刷单返利", "900", "居住地"});
    const auto in = import_bytes("a.csv", csv(rows), cases);
    CHECK(in.summary.rows_read == 8);
    CHECK(in.summary.held_back == 7);
}

TEST_CASE("money: the unit is found in the title, in a group above the columns and behind the name; a currency sign is none") {
    const SourceSpec cases{.ledger = "cases", .crs = "EPSG:4490"};
    const auto loss = [&](const std::string& title, const std::string& name, const std::string& value) {
        const std::string text = title + csv({{"案件编号", "发案日期", "案件类型", name, "地点性质"}, {"A1", "2022-08-03", "刷单返利", value, "居住地"}});
        return import_bytes("a.csv", text, cases).texts("loss_yuan");
    };
    const std::string full = loss("", "涉案金额", "35000");
    CHECK(full == "35000");
    CHECK(loss("", "涉案金额(万元)", "3.5") == full);
    CHECK(loss("2022年电诈案件（金额：万元）,,,,\n", "涉案金额", "3.5") == full);
    CHECK(loss("金额单位:万,,,,\n", "涉案金额", "3.5") == full);
    CHECK(loss("", "涉案金额（万）", "3.5") == full);
    CHECK(loss("", "涉案金额(万元)", "￥3.5") == full);
    const std::string grouped = "案件编号,发案日期,案件类型,金额（万元）,,地点性质\n,,,损失金额,止付金额,\nA1,2022-08-03,刷单返利,3.5,1,居住地\n";
    CHECK(import_bytes("a.csv", grouped, cases).texts("loss_yuan") == full);
}
