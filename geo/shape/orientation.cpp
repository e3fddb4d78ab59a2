#include "geo/shape/orientation.h"

#include <array>
#include <cstddef>

namespace gapmap::detail {
namespace {

/// An exact sum of doubles: components do not overlap and grow in magnitude (Shewchuk's expansion).
class Expansion {
public:
    void add(double value) noexcept {
        double      carry = value;
        std::size_t kept  = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const double sum  = carry + parts_[i];
            const double back = sum - carry;
            const double lost = (carry - (sum - back)) + (parts_[i] - back);
            if (lost != 0) parts_[kept++] = lost;
            carry = sum;
        }
        if (carry != 0 || kept == 0) parts_[kept++] = carry;
        size_ = kept;
    }
    void add_product(double a, double b) noexcept {
        const double product = a * b;
        add(std::fma(a, b, -product));
        add(product);
    }
    [[nodiscard]] int sign() const noexcept {
        const double top = size_ == 0 ? 0.0 : parts_[size_ - 1];
        return (top > 0) - (top < 0);
    }

private:
    std::array<double, 20> parts_{};
    std::size_t            size_ = 0;
};

/// a - b exactly, as high + low.
struct Difference {
    double high, low;
    Difference(double a, double b) noexcept : high(a - b) {
        const double virtual_b = a - high;
        const double virtual_a = high + virtual_b;
        low = (a - virtual_a) + (virtual_b - b);
    }
};

void add_product(Expansion& sum, const Difference& a, const Difference& b, double sign) noexcept {
    sum.add_product(sign * a.low, b.low);
    sum.add_product(sign * a.low, b.high);
    sum.add_product(sign * a.high, b.low);
    sum.add_product(sign * a.high, b.high);
}

}  // namespace

int orientation_exact(double ax, double ay, double bx, double by, double cx, double cy) noexcept {
    const Difference acx(ax, cx), acy(ay, cy), bcx(bx, cx), bcy(by, cy);
    Expansion        determinant;
    add_product(determinant, acx, bcy, 1.0);
    add_product(determinant, acy, bcx, -1.0);
    return determinant.sign();
}

}  // namespace gapmap::detail
