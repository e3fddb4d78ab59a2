#include "analysis/posterior.h"

#include <cmath>

#include "analysis/empirical_bayes.h"
#include "geo/core/expects.h"

namespace gapmap {

GammaPrior gamma_prior(std::span<const double> cases, std::span<const double> base) {
    const EmpiricalBayes moments = empirical_bayes(cases, base);
    return {moments.mean, moments.variance};
}

double draw_gamma(Draws& draws, double shape) {
    GEO_EXPECTS(shape > 0);
    // Below 1 the method needs one draw at shape + 1 and a power of a uniform.
    if (shape < 1) {
        const double above = draw_gamma(draws, shape + 1);
        return above * std::pow(1 - draws.uniform(), 1 / shape);
    }
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    while (true) {
        const double x = draws.normal(), root = 1 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root, u = 1 - draws.uniform();
        if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

double draw_rate(Draws& draws, const GammaPrior& prior, double cases, double base) {
    GEO_EXPECTS(cases >= 0 && base >= 0);
    if (prior.variance == 0) return prior.mean;
    const double rate = prior.mean / prior.variance;
    return draw_gamma(draws, prior.mean * rate + cases) / (rate + base);
}

double draw_coverage(Draws& draws, double coverage, double households) {
    GEO_EXPECTS(coverage >= 0 && coverage <= 1 && households >= 0);
    const double yes = draw_gamma(draws, coverage * households + 0.5), no = draw_gamma(draws, (1 - coverage) * households + 0.5);
    return yes / (yes + no);
}

}  // namespace gapmap
