// Addresses and names of units: parts come from the text alone, and a name never means a unit without saying which.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/ingest/address.h"
#include "data/ingest/unit_directory.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

const gapmap::UnitDirectory& county() {
    using gapmap::UnitLevel;
    static const gapmap::UnitDirectory directory({{"T1", "九成宫镇", "", "", UnitLevel::town},
                                                  {"V1", "九成宫村委会", "T1", "", UnitLevel::village},
                                                  {"V2", "栗川村委会", "T1", "", UnitLevel::village},
                                                  {"G1", "杜阳苑", "T1", "V2", UnitLevel::grid},
                                                  {"B3", "杜阳苑3号楼", "G1", "", UnitLevel::building}},
                                                 {{"老庄", "栗川村"}});
    return directory;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gapmap;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Address address = parse_address(text);
    check(address.town.size() + address.village.size() + address.compound.size() <= text.size() * 2);
    (void)building_number(text);
    const auto half = size / 2;
    for (const NamedPlace& place : {NamedPlace{.unit = text}, NamedPlace{.address = text}, NamedPlace{.town = text.substr(0, half), .building = text.substr(half)},
                                    NamedPlace{.unit = text.substr(0, half), .grid = text.substr(half)}}) {
        const Resolution result = county().resolve(place);
        if (result.kind == Resolution::Kind::found) check(result.unit != nullptr && county().find(result.unit->code) == result.unit);
        if (result.kind == Resolution::Kind::ambiguous) check(!result.candidates.empty());
    }
    return 0;
}
