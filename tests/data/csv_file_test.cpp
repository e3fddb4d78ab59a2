#include "data/read/csv_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "data/read/number_text.h"
#include "data/write/table_file.h"
#include "data/write/whole_file.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

/// A file with this content, gone at the end of the test.
class TestFile {
public:
    explicit TestFile(std::string_view content, const std::string& name = "t.csv")
        : folder_(std::filesystem::temp_directory_path() / ("gapmap_csv_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        path_ = (folder_ / name).string();
        write_whole_file(path_, content);
    }
    ~TestFile() { std::filesystem::remove_all(folder_); }
    TestFile(const TestFile&)            = delete;
    TestFile& operator=(const TestFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::filesystem::path folder_;
    std::string           path_;
};

std::vector<std::vector<double>> numbers(const CsvFile& file, std::initializer_list<std::size_t> columns, unsigned threads = 1) {
    const std::vector<std::size_t> list(columns);
    return file.numbers(list, Execution{.threads = threads});
}

}  // namespace

TEST_CASE("csv: BOM, CRLF, quotes, blank fields, empty lines and a missing last line end are read as they are meant") {
    const TestFile file("\xEF\xBB\xBFid,\"name, full\",lon\r\n1,\"a \"\"b\"\"\",1.5\r\n\r\n2,\"two\nlines\",\r\n3,c,\"-2e1\"");
    const CsvFile  csv(file.path());
    CHECK(csv.header() == std::vector<std::string>{"id", "name, full", "lon"});
    REQUIRE(csv.rows() == 3);
    CHECK(csv.texts(1, {}) == std::vector<std::string>{"a \"b\"", "two\nlines", "c"});
    const auto lon = numbers(csv, {2}).front();
    CHECK(lon[0] == 1.5);
    CHECK(std::isnan(lon[1]));
    CHECK(lon[2] == -20);
}

TEST_CASE("csv: GB18030 is read as text, header and fields, for any number of threads; what is neither names its row") {
    const TestFile gbk("id,\xC3\xFB\xB3\xC6\n1,\xB4\xE5\n2,\x81\x30\x81\x30\n", "gbk.csv");
    for (const unsigned threads : {1U, 4U}) {
        const CsvFile file(gbk.path(), {.threads = threads});
        CHECK(file.header()[1] == "名称");
        CHECK(file.texts(1, {})[0] == "村");
        CHECK(file.texts(1, {})[1] == "\xC2\x80");
    }
    const TestFile neither("id,name\n1,a\n2,\xFF\xFF\n", "neither.csv");
    CHECK_THROWS_WITH_AS((CsvFile(neither.path())), doctest::Contains("neither.csv row 3: is neither UTF-8 nor GB18030"), InputError);
}

TEST_CASE("csv: semicolon and tab files are recognised by their header") {
    const TestFile semicolon("x;y\n1;2\n"), tab("x\ty\n1\t2\n", "u.csv");
    CHECK(numbers(CsvFile(semicolon.path()), {1}).front() == std::vector<double>{2});
    CHECK(numbers(CsvFile(tab.path()), {0}).front() == std::vector<double>{1});
}

TEST_CASE("csv: a bad number names file, row, field and value; the first of the file whatever the threads") {
    std::string text = "id,x\n";
    for (int i = 0; i < 200'000; ++i) text += i == 99'998 ? "7,12x\n" : i == 199'000 ? "7,zz\n" : "7,1\n";
    const TestFile file(text);
    const CsvFile  csv(file.path());
    for (const unsigned threads : {1U, 4U}) {
        try {
            (void)numbers(csv, {1}, threads);
            FAIL("no error");
        } catch (const InputError& error) {
            CHECK(error.place().row == 100'000);
            CHECK(error.place().field == "x");
            CHECK(error.message() == "expected a number, got '12x'");
        }
    }
    for (const char* bad : {"nan", "inf", "1,5", "0x10", "1 2", "--1", "."}) {
        const TestFile one(std::string("id,x\n1,\"") + bad + "\"\n");
        CHECK_THROWS_AS((void)numbers(CsvFile(one.path()), {1}), InputError);
    }
}

TEST_CASE("csv: chunks cut anywhere, in quotes or not, give the same rows as a plain walk") {
    for (const bool quotes : {false, true}) {
        std::string         text = "a,b\n";
        std::vector<double> expected;
        for (std::uint64_t i = 0; text.size() < 1'500'000; ++i) {
            Draws             draws(Seed{quotes ? 2U : 1U}, 1, i);
            const std::string filler(draws.below(40), 'k');
            text += quotes ? "\"" + filler + (draws.below(3) == 0 ? "\n,\"\"" : "") + "\"," : filler + ",";
            text += std::to_string(i) + (draws.below(2) == 0 ? "\n" : "\r\n");
            expected.push_back(static_cast<double>(i));
        }
        const TestFile file(text);
        const CsvFile  csv(file.path(), Execution{.threads = 3});
        CHECK(csv.chunks() > 4);
        CHECK(csv.rows() == expected.size());
        CHECK(numbers(csv, {1}, 3).front() == expected);
    }
}

TEST_CASE("csv: a column that is asked for twice is given twice") {
    const TestFile file("x,y\n1,2\n3,4\n");
    const auto     both = numbers(CsvFile(file.path()), {1, 0, 1});
    CHECK(both[0] == std::vector<double>{2, 4});
    CHECK(both[1] == std::vector<double>{1, 3});
    CHECK(both[2] == both[0]);
}

TEST_CASE("csv: columns are typed by all their values; codes with a leading zero stay text") {
    const TestFile file("n,r,code,t,blank\n1,1.5,01,a,\n2,,02,,\n-3,2,10,c,\n");
    const Table    table = CsvFile(file.path()).table({});
    CHECK(std::holds_alternative<Column::Integers>(table.at("n").data));
    CHECK(std::holds_alternative<Column::Reals>(table.at("r").data));
    CHECK(std::holds_alternative<Column::Texts>(table.at("code").data));
    CHECK_FALSE(table.at("r").is_valid(1));
    CHECK_FALSE(table.at("t").is_valid(1));
    CHECK_FALSE(table.at("blank").is_valid(0));
    CHECK(table.at("n").number(2) == -3);
}

TEST_CASE("csv: an unknown column, an empty file and a missing file are input errors that say so") {
    const TestFile file("a,b\n1,2\n"), empty("", "e.csv");
    CHECK_THROWS_WITH_AS((void)CsvFile(file.path()).column("c"), doctest::Contains("there are: a, b"), InputError);
    CHECK_THROWS_AS(CsvFile(empty.path()), InputError);
    CHECK_THROWS_AS(CsvFile("/nowhere/at/all.csv"), InputError);
    CHECK(CsvFile(TestFile("a,b\n", "h.csv").path()).rows() == 0);
}

TEST_CASE("csv: copying with columns added and replaced keeps every other byte of a record") {
    const TestFile file("id,name,x\n1,\"a, b\",5\n2,c,6\n");
    const CsvFile  csv(file.path());
    const auto     out = std::filesystem::path(file.path()).parent_path() / "out.csv";
    const AddedColumn twice{"twice", [](std::size_t row, std::string& to) { append_number(to, row == 0 ? 0.1 : 2.0); }};
    write_csv_with(out.string(), csv, {&twice, 1}, {});
    CHECK(read_whole_file(out) == "id,name,x,twice\n1,\"a, b\",5,0.1\n2,c,6,2\n");
    const std::vector<double> values{0, 1.25};
    const ReplacedColumn      moved{2, values, 1};
    write_csv_replacing(out.string(), csv, {&moved, 1}, {});
    CHECK(read_whole_file(out) == "id,name,x\n1,\"a, b\",0\n2,c,1.3\n");
}

TEST_CASE("numbers: the short way gives the same double as the C library") {
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        Draws       draws(Seed{3}, 1, i);
        std::string text = draws.below(2) == 0 ? "" : "-";
        const std::uint32_t whole = draws.below(10), places = draws.below(18);
        for (std::uint32_t k = 0; k <= whole; ++k) text += static_cast<char>('0' + draws.below(10));
        text += '.';
        for (std::uint32_t k = 0; k < places; ++k) text += static_cast<char>('0' + draws.below(10));
        if (draws.below(8) == 0) text += "e" + std::to_string(static_cast<int>(draws.below(40)) - 20);
        const ParsedNumber parsed = parse_number(text.data(), text.data() + text.size());
        REQUIRE(parsed.end == text.data() + text.size());
        REQUIRE(parsed.value == std::strtod(text.c_str(), nullptr));
    }
}
