#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gapmap {

/// A set of short texts (codes, keys) that holds millions of them in little memory: about their length and 16 to 32 bytes each.
/// Exact. Texts stay in the order in which they came. Throws std::length_error at 4 GiB of text.
class CodeSet {
public:
    CodeSet() = default;
    CodeSet(std::initializer_list<std::string_view> codes);

    [[nodiscard]] bool contains(std::string_view code) const noexcept;
    /// True where `code` was not there before.
    bool insert(std::string_view code);
    void clear() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] bool        empty() const noexcept { return ends_.empty(); }
    /// The text that came as number `i`; valid until the next insert.
    [[nodiscard]] std::string_view at(std::size_t i) const noexcept;

private:
    struct Slot {
        std::uint32_t tag = 0, entry = 0;  ///< entry: number of the text plus one; 0: free
    };
    [[nodiscard]] std::size_t find(std::string_view code, std::uint64_t hash) const noexcept;
    void                      grow();

    std::string                text_;
    std::vector<std::uint32_t> ends_;   ///< of each text in text_
    std::vector<Slot>          slots_;  ///< open addressing; the number of slots is a power of two, at most half are taken
};

}  // namespace gapmap
