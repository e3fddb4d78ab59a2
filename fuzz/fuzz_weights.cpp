// GAL, GWT and CSV of spatial weights: any text is links between names that are there, with finite weights >= 0 and no pair twice, or an InputError.
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "data/read/weights_file.h"
#include "geo/core/error.h"

namespace {

void check(const gapmap::WeightsFile& file) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const auto& link : file.links) {
        if (link.from >= file.names.size() || link.to >= file.names.size() || !std::isfinite(link.weight) || link.weight < 0) std::abort();
        if (!pairs.emplace(link.from, link.to).second) std::abort();
    }
}

template <class Parse>
void parsed(const Parse& parse) {
    try {
        check(parse());
    } catch (const gapmap::InputError&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    parsed([&] { return gapmap::parse_gal(text, "fuzz"); });
    parsed([&] { return gapmap::parse_gwt(text, "fuzz"); });
    const int file = memfd_create("fuzz.csv", 0);
    if (file >= 0 && write(file, data, size) == static_cast<ssize_t>(size)) parsed([&] { return gapmap::read_weights_file("/proc/self/fd/" + std::to_string(file)); });
    if (file >= 0) close(file);
    return 0;
}
