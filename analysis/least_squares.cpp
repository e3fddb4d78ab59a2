#include "analysis/least_squares.h"

#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Scales every column to length 1 and returns the lengths; a column of zeros keeps length 0.
std::vector<double> scale_columns(Matrix& x) {
    std::vector<double> length(x.columns, 0.0);
    for (std::size_t j = 0; j < x.columns; ++j) {
        for (std::size_t i = 0; i < x.rows; ++i) length[j] += x.at(i, j) * x.at(i, j);
        length[j] = std::sqrt(length[j]);
        for (std::size_t i = 0; i < x.rows && length[j] > 0; ++i) x.at(i, j) /= length[j];
    }
    return length;
}

/// Reflects column k to its diagonal element, and everything right of it; false where nothing is left of the column.
bool reflect(Matrix& x, std::vector<double>& y, std::size_t k) {
    double norm = 0;
    for (std::size_t i = k; i < x.rows; ++i) norm += x.at(i, k) * x.at(i, k);
    norm = std::sqrt(norm);
    if (norm < 1e-10) return false;
    std::vector<double> v(x.rows, 0.0);
    for (std::size_t i = k; i < x.rows; ++i) v[i] = x.at(i, k);
    v[k] += v[k] < 0 ? -norm : norm;
    double square = 0;
    for (std::size_t i = k; i < x.rows; ++i) square += v[i] * v[i];
    const auto apply = [&](auto&& element) {
        double dot = 0;
        for (std::size_t i = k; i < x.rows; ++i) dot += v[i] * element(i);
        for (std::size_t i = k; i < x.rows; ++i) element(i) -= 2 * dot / square * v[i];
    };
    for (std::size_t j = k; j < x.columns; ++j) apply([&](std::size_t i) -> double& { return x.at(i, j); });
    apply([&](std::size_t i) -> double& { return y[i]; });
    return true;
}

/// Solves R b = y for the upper triangle of x.
std::vector<double> solve_upper(const Matrix& x, std::vector<double> y) {
    const std::size_t p = x.columns;
    for (std::size_t k = p; k-- > 0;) {
        for (std::size_t j = k + 1; j < p; ++j) y[k] -= x.at(k, j) * y[j];
        y[k] /= x.at(k, k);
    }
    y.resize(p);
    return y;
}

/// (R'R)^-1 = S S' with S = R^-1, undone for the scaling.
Matrix inverse_of(const Matrix& r, std::span<const double> length) {
    const std::size_t p = r.columns;
    Matrix            s{p, p, std::vector<double>(p * p, 0.0)}, out = s;
    for (std::size_t j = 0; j < p; ++j) {
        std::vector<double> unit(p, 0.0);
        unit[j]           = 1;
        const auto column = solve_upper(r, unit);
        for (std::size_t i = 0; i < p; ++i) s.at(i, j) = column[i];
    }
    for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < p; ++j) {
            for (std::size_t k = 0; k < p; ++k) out.at(i, j) += s.at(i, k) * s.at(j, k);
            out.at(i, j) /= length[i] * length[j];
        }
    }
    return out;
}

}  // namespace

std::optional<LeastSquares> least_squares(Matrix x, std::vector<double> y) {
    GEO_EXPECTS(x.rows >= x.columns && y.size() == x.rows);
    const std::vector<double> length = scale_columns(x);
    for (std::size_t k = 0; k < x.columns; ++k) {
        if (length[k] == 0 || !reflect(x, y, k)) return std::nullopt;
    }
    LeastSquares out{solve_upper(x, std::move(y)), inverse_of(x, length)};
    for (std::size_t j = 0; j < x.columns; ++j) out.coefficients[j] /= length[j];
    return out;
}

}  // namespace gapmap
