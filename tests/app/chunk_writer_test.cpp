#include "app/project/chunk_writer.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t chunks = 40, rows_per_chunk = 25;

struct TemporaryStore {
    fs::path folder = fs::temp_directory_path() / "gapmap_chunk_writer_test";
    TemporaryStore() {
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    ~TemporaryStore() { fs::remove_all(folder); }
    [[nodiscard]] std::string path() const { return (folder / "county.sqlite").string(); }
};

/// Chunk `c` of a visit ledger whose row i stands in line i + 2 of its file, with a remark on its first row.
ImportChunk visit_chunk(std::size_t c) {
    ImportChunk    chunk;
    Points<Lonlat> points;
    chunk.rows.columns.push_back({"date", Column::Integers(rows_per_chunk, 19'000), {}});
    for (std::size_t i = 0; i < rows_per_chunk; ++i) {
        chunk.source_rows.push_back(c * rows_per_chunk + i + 2);
        points.push_back({107.5 + 0.001 * static_cast<double>(c), 34.5 + 0.001 * static_cast<double>(i)});
    }
    chunk.issues.push_back({chunk.source_rows.front(), "date", Fate::noted, "test", "注", "a note"});
    chunk.geometry = std::move(points);
    return chunk;
}

}  // namespace

TEST_CASE("chunks are stored whole and in their order, on the caller's thread or beside it") {
    for (const unsigned threads : {1U, 2U}) {
        const TemporaryStore temporary;
        Store                store = Store::open(temporary.path());
        store.begin();
        Batch batch{.ledger = "visits", .list = "visited", .source = "a.csv"};
        batch.id = store.add_batch(batch);
        ChunkWriter writer(store, "visits", batch.id, {.threads = threads});
        for (std::size_t c = 0; c < chunks; ++c) writer.put(visit_chunk(c));
        writer.finish();
        batch.rows_read = batch.accepted = chunks * rows_per_chunk;
        store.close_batch(batch);  // the caller may use the store again
        store.commit();
        const Table rows = store.read("visits", {"source_row"});
        REQUIRE(rows.rows() == chunks * rows_per_chunk);
        for (std::size_t i = 0; i < rows.rows(); ++i) REQUIRE(rows.columns[0].number(i) == static_cast<double>(i + 2));
        CHECK(store.current_issues().size() == chunks);
    }
}

TEST_CASE("what the store refuses is thrown to the reader, and nothing is written after it") {
    for (const unsigned threads : {1U, 2U}) {
        const TemporaryStore temporary;
        Store                store = Store::open(temporary.path());
        store.begin();
        const std::int64_t id = store.add_batch({.ledger = "visits", .list = "visited", .source = "a.csv"});
        std::size_t        put = 0;
        const auto         write = [&] {
            ChunkWriter writer(store, "visits", id, {.threads = threads});
            for (; put < chunks; ++put) {
                ImportChunk chunk = visit_chunk(put);
                if (put == 5) chunk.rows.columns.front().name = "no_such_column";
                writer.put(std::move(chunk));
            }
            writer.finish();
        };
        CHECK_THROWS_AS(write(), StoreError);
        CHECK(put >= 5);
        CHECK(put < chunks);  // the reader is told before it has read the whole file
        CHECK(store.read("visits", {"source_row"}).rows() == 5 * rows_per_chunk);
    }
}

TEST_CASE("a reader that stops half-way waits for the chunk at hand, and its transaction takes all back") {
    struct Stopped {};
    const TemporaryStore temporary;
    const auto           stop_half_way = [&] {
        Store store = Store::open(temporary.path());
        store.begin();
        const std::int64_t id = store.add_batch({.ledger = "visits", .list = "visited", .source = "a.csv"});
        ChunkWriter        writer(store, "visits", id, {.threads = 2});
        for (std::size_t c = 0; c < 7; ++c) writer.put(visit_chunk(c));
        throw Stopped();
    };
    CHECK_THROWS_AS(stop_half_way(), Stopped);
    Store store = Store::open(temporary.path());
    CHECK(store.history().empty());
    CHECK(store.read("visits", {"source_row"}).rows() == 0);
}
