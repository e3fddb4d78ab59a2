#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unordered_map>

namespace gapmap {

/// 64 bits of a content, for finding equal ones: never proof that two are equal. About 10 GB/s. Source: the folded product of
/// two words (M. Raab, "mum hash"; Wang Yi, wyhash), with constants of our own.
[[nodiscard]] inline std::uint64_t content_hash(std::string_view bytes) noexcept {
    constexpr std::uint64_t a = 0x9E3779B97F4A7C15ULL, b = 0xD1B54A32D192ED03ULL;
    const auto              fold = [](std::uint64_t x, std::uint64_t y) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(x) * y;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::uint64_t hash = fold(bytes.size() ^ a, b), word[2];
    for (; bytes.size() >= sizeof word; bytes.remove_prefix(sizeof word)) {
        std::memcpy(word, bytes.data(), sizeof word);
        hash = fold(word[0] ^ hash ^ a, word[1] ^ b ^ std::rotl(hash, 29));
    }
    word[0] = word[1] = 0;
    if (!bytes.empty()) std::memcpy(word, bytes.data(), bytes.size());
    return fold(word[0] ^ hash ^ b, word[1] ^ a ^ std::rotl(hash, 31));
}

/// Finds contents that were seen before. A hash only proposes: `same(value)` compares the bytes, so that no two contents are ever taken
/// for one. Of contents with one hash the first is found again; the others are kept as often as they come.
template <class Value>
class ContentIndex {
public:
    /// The value of an equal content, or null after noting `value` for this one.
    template <class Same>
    const Value* find_or_add(std::string_view bytes, const Value& value, const Same& same) {
        const auto [place, is_new] = seen_.try_emplace(content_hash(bytes), value);
        return !is_new && same(place->second) ? &place->second : nullptr;
    }

private:
    std::unordered_map<std::uint64_t, Value> seen_;
};

}  // namespace gapmap
