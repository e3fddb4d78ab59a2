#pragma once
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace gapmap {

/// A 128-bit fingerprint. Different inputs share one by chance only: among 10^10 inputs with a chance of about 10^-19. It is no defence against someone who wants them to.
struct Hash128 {
    std::uint64_t high = 0, low = 0;
    auto operator<=>(const Hash128&) const = default;
};

/// Takes bytes and numbers one after the other. The same sequence gives the same fingerprint on every machine we build for (little-endian).
/// Method: two lanes of 64 x 64 to 128-bit multiplications, folded (as in the hashes of the wyhash family).
class Hasher128 {
public:
    void add(std::uint64_t value) noexcept { mix(value, ++count_); }
    void add(double value) noexcept {
        std::uint64_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        add(bits);
    }
    void add(const Hash128& other) noexcept { mix(other.high, other.low); }
    void add(std::string_view bytes) noexcept {
        add(static_cast<std::uint64_t>(bytes.size()));
        const char* p = bytes.data();
        std::size_t n = bytes.size();
        for (; n >= 16; p += 16, n -= 16) {
            std::uint64_t v[2];
            std::memcpy(v, p, 16);
            mix(v[0], v[1]);
        }
        std::uint64_t rest[2] = {0, 0};
        if (n > 0) {
            std::memcpy(rest, p, n);
            mix(rest[0], rest[1]);
        }
    }
    [[nodiscard]] Hash128 value() const noexcept {
        Hasher128 end = *this;
        end.mix(0x9E3779B97F4A7C15ULL, count_);
        end.mix(a_, b_);
        return {end.a_, end.b_};
    }

private:
    static std::uint64_t fold(std::uint64_t x, std::uint64_t y) noexcept {
        __extension__ using wide = unsigned __int128;
        const wide product = static_cast<wide>(x) * y;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    void mix(std::uint64_t x, std::uint64_t y) noexcept {
        // Both lanes see both words, turned, so that a word that makes one product vanish still changes the other.
        const std::uint64_t a = fold(a_ ^ x ^ 0xA0761D6478BD642FULL, y ^ 0xE7037ED1A0B428DBULL) ^ (x << 32 | x >> 32);
        const std::uint64_t b = fold(b_ ^ y ^ 0x8EBC6AF09C88C6E3ULL, x ^ 0x589965CC75374CC3ULL) ^ (y << 17 | y >> 47);
        a_ = a + (b_ << 7 | b_ >> 57);
        b_ = b + (a_ << 23 | a_ >> 41);
    }
    std::uint64_t a_ = 0x2D358DCCAA6C78A5ULL, b_ = 0x8BB84B93962EACC9ULL, count_ = 0;
};

[[nodiscard]] inline Hash128 hash128(std::string_view bytes) noexcept {
    Hasher128 hasher;
    hasher.add(bytes);
    return hasher.value();
}

}  // namespace gapmap
