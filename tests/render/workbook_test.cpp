#include "render/workbook.h"

#include <doctest/doctest.h>

#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("a workbook of the same content has the same bytes") {
    const WorkbookSheet sheet{.name = "缺口", .rows = {{"标题"}, {"编码", "户数", "日期"}, {"610329", 212.0, Day::of(2022, 9, 4)}, {{}, 1.5}},
                              .merges = {{0, 0, 0, 2}}, .header_rows = 2, .column_formats = {"", "0.0"}, .autofilter = true, .freeze_header = true};
    const std::string first = workbook_bytes({sheet}, {.title = "麟游县", .created = Day::of(2022, 9, 4)});
    CHECK(first.starts_with("PK"));
    CHECK(workbook_bytes({sheet}, {.title = "麟游县", .created = Day::of(2022, 9, 4)}) == first);
    CHECK(workbook_bytes({sheet}, {.title = "麟游县", .created = Day::of(2022, 9, 5)}) != first);
}

TEST_CASE("a sheet name that Excel refuses is an output error") {
    CHECK_THROWS_AS((void)workbook_bytes({{.name = "a/b", .rows = {}}}, {}), OutputError);
    CHECK_THROWS_AS((void)workbook_bytes({{.name = std::string(40, 'x'), .rows = {}}}, {}), OutputError);
}
