#include "data/store/store_lock.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

TEST_CASE("a store is locked for one at a time: the second waits its time and is refused, and gets in once the first has gone") {
    const fs::path store = fs::temp_directory_path() / ("gapmap_lock_" + std::to_string(::getpid()));
    auto           first = std::make_unique<StoreLock>(store);
    const auto     start = std::chrono::steady_clock::now();
    CHECK_THROWS_WITH_AS(StoreLock(store, {}, milliseconds(120)), doctest::Contains("another import or run is at work in this project (waited 0.12 s)"), StoreError);
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(120));
    first.reset();
    CHECK_NOTHROW(StoreLock(store, {}, milliseconds(0)));
    CHECK(fs::exists(store.string() + ".lock"));
    fs::remove(store.string() + ".lock");
}

TEST_CASE("who waits for a lock can be stopped") {
    const fs::path  store = fs::temp_directory_path() / ("gapmap_lock_stop_" + std::to_string(::getpid()));
    const StoreLock first(store);
    std::stop_source stop;
    stop.request_stop();
    Execution exec;
    exec.stop = stop.get_token();
    CHECK_THROWS_AS(StoreLock(store, exec), Cancelled);
    fs::remove(store.string() + ".lock");
}

TEST_CASE("a lock that cannot be made says that the folder must be writable") {
    const fs::path store = fs::temp_directory_path() / ("gapmap_lock_none_" + std::to_string(::getpid())) / "county.sqlite";
    CHECK_THROWS_WITH_AS(StoreLock{store}, doctest::Contains("need a project folder that they may write"), StoreError);
}
