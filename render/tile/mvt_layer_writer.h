#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "render/tile/mvt_encode.h"

namespace gapmap {

/// Writes one layer of one tile feature by feature, straight into bytes: for layers of many small features. Keys and values stand once, in order of first use.
/// Reuse one writer a thread: its tables grow with the largest layer seen.
class MvtLayerWriter {
public:
    /// `attributes` must live until end().
    void begin(std::string_view name, const MvtAttributes& attributes, MvtGeometry geometry);
    /// A key that is not among the attributes. Comes right after begin() where numbers of the writer's own are to follow.
    [[nodiscard]] std::uint32_t own_key(std::string_view name);

    void feature(std::uint64_t id);                                      ///< then its tags, then its geometry
    void tag(std::uint32_t key, std::uint32_t value);                    ///< of the attributes
    void number(std::uint32_t key, double value, bool whole);            ///< a key of the attributes with a value of its own
    void own_number(std::uint32_t own_key, std::uint64_t value);
    void point(std::uint32_t x, std::uint32_t y);
    void geometry(std::span<const std::uint32_t> commands);

    void end(std::uint32_t extent, std::string& to);

private:
    static constexpr char key_tag = 3 << 3 | 2, value_tag = 4 << 3 | 2;  // of vector_tile.proto: field number and wire type
    [[nodiscard]] std::uint32_t value_of_bytes(std::string_view encoded);
    void                        finish_feature(std::string_view geometry_bytes);

    struct Stamp {
        std::uint32_t epoch = 0, local = 0;
    };
    [[nodiscard]] std::uint32_t local(Stamp& stamp, std::uint32_t& next, char tag, const std::string& text, std::string& table) const;
    [[nodiscard]] std::uint32_t local_key(std::uint32_t key) { return local(keys_[key], n_keys_, key_tag, attributes_->key(key), key_bytes_); }
    [[nodiscard]] std::uint32_t local_value(std::uint32_t value);
    std::string                                    name_;
    const MvtAttributes*                           attributes_ = nullptr;
    MvtGeometry                                    geometry_   = MvtGeometry::point;
    std::uint32_t                                  epoch_      = 0;
    std::vector<Stamp>                             keys_, values_;       // by the attributes' numbers
    std::vector<std::string>                       own_keys_;
    std::vector<std::uint32_t>                     own_key_locals_;
    std::unordered_map<std::string, std::uint32_t> known_;               // values by their bytes, where numbers of the writer's own are among them
    std::string                                    features_, key_bytes_, value_bytes_, tags_, drawing_;
    std::uint32_t                                  n_keys_ = 0, n_values_ = 0;
    std::uint64_t                                  id_ = 0;
    bool                                           shares_values_ = false;
};

}  // namespace gapmap
