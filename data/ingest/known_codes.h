#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "data/ingest/code_set.h"

namespace gapmap {

/// The codes that exist, found in spite of how a spreadsheet or a hand wrote them.
class KnownCodes {
public:
    /// `codes` must outlive this. Codes that are added to it later are found by has() alone.
    explicit KnownCodes(const CodeSet& codes) : codes_(codes) {}

    [[nodiscard]] bool has(std::string_view code) const { return codes_.contains(code); }

    /// The one known code that differs from `written` in nothing but lost leading zeros, letters' case, blanks and hyphens, or in the three zeros
    /// that make a town's 9 digits its 12. Nothing where there is none, or more than one.
    [[nodiscard]] std::optional<std::string> meant_by(const std::string& written);

private:
    const CodeSet&                                              codes_;
    std::unordered_map<std::string, std::optional<std::string>> by_bare_form_;  ///< made on first need; no value: two codes share it
};

}  // namespace gapmap
