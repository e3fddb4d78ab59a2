#pragma once
#include <string>
#include <vector>

namespace gapmap {

/// One [[source]] of county.toml as text.
struct SourceText {
    std::string ledger, path;
    std::string level{}, list{}, app{}, sheet{}, layer{}, crs{}, encoding{};
    std::string comment{};  ///< printed above it
};

/// The text of a county.toml in which every key is explained, in Chinese with a short English gloss.
struct CountyText {
    std::string             code = "610329", name = "麟游县";
    std::string             as_of;
    bool                    demo = false;
    bool                    sources_are_comments = false;  ///< an empty county: its sources are examples to uncomment
    std::vector<SourceText> sources;
};
[[nodiscard]] std::string county_toml(const CountyText& county);

}  // namespace gapmap
