#include "analysis/exact_counts.h"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "geo/core/expects.h"

namespace gapmap {

double poisson_at_most(double count, double mean) {
    GEO_EXPECTS(count >= 0 && mean >= 0);
    return mean == 0 ? 1 : boost::math::gamma_q(count + 1, mean);
}

double poisson_at_least(double count, double mean) {
    GEO_EXPECTS(count >= 0 && mean >= 0);
    if (count == 0) return 1;
    return mean == 0 ? 0 : boost::math::gamma_p(count, mean);
}

double binomial_at_most(std::int64_t k, std::int64_t n, double share) {
    GEO_EXPECTS(k >= 0 && k <= n && share >= 0 && share <= 1);
    return k == n ? 1 : boost::math::ibetac(static_cast<double>(k) + 1, static_cast<double>(n - k), share);
}

double binomial_at_least(std::int64_t k, std::int64_t n, double share) {
    GEO_EXPECTS(k >= 0 && k <= n && share >= 0 && share <= 1);
    return k == 0 ? 1 : boost::math::ibeta(static_cast<double>(k), static_cast<double>(n - k) + 1, share);
}

Interval poisson_interval(double count, double confidence) {
    GEO_EXPECTS(count >= 0 && confidence > 0 && confidence < 1);
    const double tail = (1 - confidence) / 2;
    return {count == 0 ? 0 : boost::math::gamma_p_inv(count, tail), boost::math::gamma_q_inv(count + 1, tail)};
}

Interval binomial_interval(std::int64_t k, std::int64_t n, double confidence) {
    GEO_EXPECTS(k >= 0 && k <= n && confidence > 0 && confidence < 1);
    const double tail = (1 - confidence) / 2, yes = static_cast<double>(k), no = static_cast<double>(n - k);
    return {k == 0 ? 0 : boost::math::ibeta_inv(yes, no + 1, tail), k == n ? 1 : boost::math::ibetac_inv(yes + 1, no, tail)};
}

}  // namespace gapmap
