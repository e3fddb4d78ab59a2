#include "analysis/kernel.h"

#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace gapmap {
namespace {

constexpr std::array<std::pair<Kernel, std::string_view>, 5> names{{{Kernel::gaussian, "gaussian"},
                                                                   {Kernel::quartic, "quartic"},
                                                                   {Kernel::epanechnikov, "epanechnikov"},
                                                                   {Kernel::triweight, "triweight"},
                                                                   {Kernel::uniform, "uniform"}}};

double standard_deviation(std::span<const double> values) noexcept {
    double n = 0, sum = 0, squares = 0;
    for (const double v : values) {
        if (std::isnan(v)) continue;
        sum += v;
        n += 1;
    }
    const double mean = sum / n;
    for (const double v : values) {
        if (!std::isnan(v)) squares += (v - mean) * (v - mean);
    }
    return std::sqrt(squares / (n - 1)) * std::pow(n, -1.0 / 6.0);
}

}  // namespace

std::string_view to_string(Kernel kernel) noexcept {
    for (const auto& [k, name] : names) {
        if (k == kernel) return name;
    }
    return "";
}

std::optional<Kernel> kernel_of(std::string_view text) noexcept {
    for (const auto& [kernel, name] : names) {
        if (name == text) return kernel;
    }
    return std::nullopt;
}

double kernel_norm(Kernel kernel) noexcept {
    return kernel == Kernel::gaussian ? 0.5 / std::numbers::pi : (kernel_power(kernel) + 1) / std::numbers::pi;
}

double kernel_roughness(Kernel kernel) noexcept {
    const double k = kernel_power(kernel);
    return kernel == Kernel::gaussian ? 0.25 / std::numbers::pi : (k + 1) * (k + 1) / (std::numbers::pi * (2 * k + 1));
}

double kernel_shape(Kernel kernel, double r2) noexcept {
    if (kernel == Kernel::gaussian) return std::exp(-r2 / 2);
    if (r2 > 1) return 0;
    const double a = 1 - r2;
    switch (kernel_power(kernel)) {
        case 0: return 1;
        case 1: return a;
        case 2: return a * a;
        default: return a * a * a;
    }
}

Bandwidth bandwidth_of_sigma(Kernel kernel, Bandwidth sigma) noexcept {
    const double factor = kernel == Kernel::gaussian ? 1.0 : std::sqrt(2.0 * (kernel_power(kernel) + 2));
    return {sigma.x * factor, sigma.y * factor};
}

Bandwidth scott_sigma(PointsView<Planar> points) noexcept { return {standard_deviation(points.x), standard_deviation(points.y)}; }

}  // namespace gapmap
