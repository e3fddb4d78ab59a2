// PMTiles: any bytes are a file that can be read to its end, or an InputError. What is found by walking is found by looking up. Directories and headers that are written are read again as they were.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "data/tile/pmtiles_read.h"
#include "geo/core/error.h"

namespace {

/// Entries in rising order, runs and gaps between them, contents one after the other, shared, or anywhere.
std::vector<gapmap::PmtilesEntry> entries_of(FuzzedDataProvider& in) {
    std::vector<gapmap::PmtilesEntry> out;
    std::uint64_t                     tile = in.ConsumeIntegral<std::uint32_t>(), next = 0;
    while (in.remaining_bytes() > 0 && out.size() < 200) {
        gapmap::PmtilesEntry e;
        e.tile   = tile;
        e.run    = in.ConsumeBool() ? 1 : in.ConsumeIntegral<std::uint32_t>();
        e.length = in.ConsumeIntegralInRange<std::uint32_t>(1, 0xFFFFFFFF);
        e.offset = in.ConsumeBool() ? next : in.ConsumeIntegralInRange<std::uint64_t>(0, std::uint64_t{1} << 62);
        next     = e.offset + e.length;
        tile += std::max<std::uint64_t>(1, e.run) + (in.ConsumeBool() ? 0 : in.ConsumeIntegral<std::uint64_t>() >> 10);
        out.push_back(e);
    }
    return out;
}

void check_written(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider in(data, size);
    const auto         entries = entries_of(in);
    if (!entries.empty() && gapmap::parse_pmtiles_directory(gapmap::pmtiles_directory_bytes(entries)) != entries) std::abort();
}

void check_header(std::string_view bytes) {
    const std::string written = gapmap::pmtiles_header_bytes(gapmap::parse_pmtiles_header(bytes));
    if (written.size() != gapmap::pmtiles_header_size) std::abort();
    // Sections may lie beyond the end of a header alone.
    const std::string whole = written + std::string(bytes.size(), 0);
    if (gapmap::pmtiles_header_bytes(gapmap::parse_pmtiles_header(whole)) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    struct Enough {};
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_written(data, size);
    try {
        check_header(bytes);
    } catch (const gapmap::InputError&) {
    }
    try {
        const auto entries = gapmap::parse_pmtiles_directory(bytes);
        if (gapmap::parse_pmtiles_directory(gapmap::pmtiles_directory_bytes(entries)) != entries) std::abort();
    } catch (const gapmap::InputError&) {
    }
    try {
        const gapmap::PmtilesReader reader(bytes);
        (void)reader.find({0, 0, 0});
        (void)reader.find({14, 13097, 6507});
        int left = 1000;  // a run may cover millions of tiles
        reader.for_each([&](gapmap::TileId tile, std::string_view content) {
            if (content.data() < bytes.data() || content.data() + content.size() > bytes.data() + bytes.size()) std::abort();
            const auto found = reader.find(tile);
            if (!found || found->data() != content.data()) std::abort();
            if (--left == 0) throw Enough{};
        });
        (void)reader.metadata();
    } catch (const gapmap::InputError&) {
    } catch (const Enough&) {
    }
    return 0;
}
