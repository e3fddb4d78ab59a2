#include "geo/core/draws.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace gapmap {

Draws::Draws(Seed seed, std::uint32_t stream, std::uint64_t row, std::uint32_t sub) noexcept
    : key_(seed.value ^ (std::uint64_t{stream} << 32)),
      counter_{0, sub, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32)} {}

std::uint32_t Draws::next_u32() noexcept {
    if (used_ == 4) {
        const r123::Philox4x32           philox;
        const r123::Philox4x32::ctr_type ctr = {{counter_[0], counter_[1], counter_[2], counter_[3]}};
        const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
        const auto                       out = philox(ctr, key);
        for (unsigned i = 0; i < 4; ++i) block_[i] = out[i];
        ++counter_[0];
        used_ = 0;
    }
    return block_[used_++];
}

double Draws::uniform() noexcept {
    const std::uint64_t high = next_u32(), low = next_u32();
    return static_cast<double>(((high << 32) | low) >> 11) * 0x1.0p-53;
}

double Draws::normal() noexcept {
    const double u = 1.0 - uniform(), v = uniform();  // u in (0, 1]: the logarithm is finite
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

std::uint32_t Draws::below(std::uint32_t n) noexcept {
    std::uint64_t product = std::uint64_t{next_u32()} * n;
    if (static_cast<std::uint32_t>(product) < n) {
        const std::uint32_t threshold = (0U - n) % n;
        while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_u32()} * n;
    }
    return static_cast<std::uint32_t>(product >> 32);
}

}  // namespace gapmap
