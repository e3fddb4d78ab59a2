// Tiles of an earlier build are taken over only where they are made of the same and stand whole.
#include "data/tile/tile_inputs.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "data/tile/pmtiles_write.h"

using namespace gapmap;

namespace {

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / "gapmap_tile_inputs";
    Folder() {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

const TileId  first{3, 0, 0}, second{3, 1, 2}, empty{3, 5, 5};
const Hash128 one{1, 2}, two{3, 4}, three{5, 6};

std::filesystem::path built(const Folder& folder) {
    const auto    archive = folder.path / "a.pmtiles";
    TileInputs    inputs(archive);
    PmtilesWriter writer(archive);
    writer.put(first, "tile of one");
    writer.put(second, "tile of two");
    writer.finish({.name = "a", .min_zoom = 3, .max_zoom = 3});
    inputs.note(first, one, "tile of one");
    inputs.note(second, two, "tile of two");
    inputs.note(empty, three, "");
    inputs.save();
    return archive;
}

}  // namespace

TEST_CASE("a tile made of the same is found with its bytes, an empty one as empty, one made of something else not") {
    const Folder     folder;
    const TileInputs again(built(folder));
    CHECK(again.find(first, one) == "tile of one");
    CHECK(again.find(second, two) == "tile of two");
    CHECK(again.find(empty, three) == "");
    CHECK_FALSE(again.find(first, two));
    CHECK_FALSE(again.find({3, 7, 7}, one));
}

TEST_CASE("a memory that is damaged in any byte, or that belongs to another archive, gives no tile that is not right") {
    const Folder folder;
    const auto   archive = built(folder);
    const auto   path    = archive.string() + ".inputs";
    for (std::size_t at = 0; at < std::filesystem::file_size(path); ++at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const auto byte = static_cast<char>(file.get());
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(byte ^ 1));
        file.close();
        CHECK(TileInputs(archive).known() == 0);
        std::fstream back(path, std::ios::in | std::ios::out | std::ios::binary);
        back.seekp(static_cast<std::streamoff>(at));
        back.put(byte);
    }
    PmtilesWriter other(archive);
    other.put(first, "another one");
    other.put(second, "tile of two");
    other.finish({.name = "a", .min_zoom = 3, .max_zoom = 3});
    const TileInputs again(archive);
    CHECK_FALSE(again.find(first, one));
    CHECK(again.find(second, two) == "tile of two");
    std::filesystem::remove(archive);
    CHECK(TileInputs(archive).known() == 0);
}
