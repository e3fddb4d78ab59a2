#include "data/write/whole_file.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "data/reference.h"
#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("a file is written whole, and a failure leaves the old one") {
    const auto path = std::filesystem::temp_directory_path() / "gapmap_whole_file_test";
    write_whole_file(path, "one");
    write_whole_file(path, "two");
    CHECK(read_whole_file(path) == "two");
    CHECK_THROWS_AS(write_whole_file(path / "below_a_file", "x"), OutputError);
    CHECK(read_whole_file(path) == "two");
    std::filesystem::remove(path);
    CHECK_THROWS_AS((void)read_whole_file(path), InputError);
}

TEST_CASE("reference data travels inside the program") {
    CHECK(reference_file("fraud_types.csv").starts_with("code,name_zh"));
    CHECK_THROWS_AS((void)reference_file("nothing.csv"), PreconditionError);
}
