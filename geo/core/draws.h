#pragma once
#include <cstdint>

namespace gapmap {

/// Seed of every random draw of a run.
struct Seed {
    std::uint64_t value = 1;
};

/// Addressed random draws (Philox 4x32-10, Random123): the value depends only on the seed and the address, so any draw
/// can be made alone, on any thread, and gives the same bits. Source: Salmon et al. 2011.
class Draws {
public:
    /// `stream` names the purpose (unique per use), `row` and `sub` address the draw within it.
    Draws(Seed seed, std::uint32_t stream, std::uint64_t row, std::uint32_t sub = 0) noexcept;
    std::uint32_t next_u32() noexcept;
    double        uniform() noexcept;  ///< in [0, 1), 53 bits
    double        normal() noexcept;   ///< standard normal, Box-Muller, two uniforms a draw
    /// Unbiased integer in [0, n). REQUIRES n >= 1. Source: Lemire 2019, multiplication with rejection.
    std::uint32_t below(std::uint32_t n) noexcept;

private:
    std::uint64_t key_;
    std::uint32_t counter_[4];
    std::uint32_t block_[4] = {};
    unsigned      used_     = 4;
};

}  // namespace gapmap
