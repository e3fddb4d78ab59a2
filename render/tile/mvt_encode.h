#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geo/shape/layer.h"

namespace gapmap {

/// The attributes of a layer, made ready once for all its tiles: each distinct value is one number.
class MvtAttributes {
public:
    /// The named columns and no others. Throws InputError naming a column that is not there.
    MvtAttributes(const Table& table, const std::vector<std::string>& allowed);

    /// Another attribute: a text a row, "" for none. REQUIRES a name that is not there yet, and as many texts as rows.
    void add_texts(std::string_view name, std::span<const std::string> texts);

    using Tag = std::pair<std::uint32_t, std::uint32_t>;  ///< key, value
    /// None where there is no attribute at all, whatever the row: a table without columns does not know how many rows it has.
    [[nodiscard]] std::span<const Tag> tags(std::size_t row) const {
        if (keys_.empty()) return {};
        return std::span(tags_).subspan(row_ends_[row], row_ends_[row + 1] - row_ends_[row]);
    }
    [[nodiscard]] const std::string&   key(std::uint32_t k) const { return keys_[k]; }
    [[nodiscard]] const std::string&   value(std::uint32_t v) const { return values_[v]; }  ///< an encoded Value message
    [[nodiscard]] std::size_t          keys() const noexcept { return keys_.size(); }
    [[nodiscard]] std::size_t          values() const noexcept { return values_.size(); }
    [[nodiscard]] std::optional<std::uint32_t> find_key(std::string_view name) const noexcept;
    /// Name and "Number" or "String" of each column.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> fields() const;

private:
    std::vector<std::string>   keys_, values_;
    std::vector<bool>          is_number_;
    std::vector<Tag>           tags_;
    std::vector<std::uint32_t> row_ends_{0};
};

/// Numbers as the specification wants them.
enum class MvtGeometry : std::uint8_t { point = 1, polygon = 3 };

/// As a feature's id: the feature has none.
inline constexpr std::uint64_t no_feature_id = ~std::uint64_t{0};

}  // namespace gapmap
