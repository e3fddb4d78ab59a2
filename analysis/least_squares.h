#pragma once
#include <optional>
#include <span>
#include <vector>

#include "analysis/glm.h"

namespace gapmap {

/// Least squares, and the inverse of X'X with it.
struct LeastSquares {
    std::vector<double> coefficients;
    Matrix              inverse;  ///< (X'X)^-1
};

/// By Householder reflections, columns scaled to length 1 first. Nothing where a column is a combination of those before it
/// (what is left of it is shorter than 1e-10 of its length). REQUIRES rows >= columns. Cost: O(n p^2). Source: Golub 1965.
[[nodiscard]] std::optional<LeastSquares> least_squares(Matrix x, std::vector<double> y);

}  // namespace gapmap
