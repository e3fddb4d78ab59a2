#include "analysis/conditional_permutation.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "geo/core/clones.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::size_t ranks_per_chunk = 2'048, lanes = 64;

// --- counting, vectorised over permutations

GAPMAP_CLONES void count_sums(const double* sum, std::size_t n, double low, double high, std::int64_t* counts) {
    std::int64_t at_least = 0, at_most = 0;
    for (std::size_t m = 0; m < n; ++m) {
        at_least += sum[m] >= low ? 1 : 0;
        at_most += sum[m] <= high ? 1 : 0;
    }
    counts[0] += at_least;
    counts[1] += at_most;
}

/// Of sum (z - v)^2 = k z^2 - 2 z sum v + sum v^2.
GAPMAP_CLONES void count_squares(const double* sum, const double* squares, std::size_t n, double k, double z, double low, double high, std::int64_t* counts) {
    const double  own = k * z * z, twice = 2 * z;
    std::int64_t at_least = 0, at_most = 0;
    for (std::size_t m = 0; m < n; ++m) {
        const double value = own - twice * sum[m] + squares[m];
        at_least += value >= low ? 1 : 0;
        at_most += value <= high ? 1 : 0;
    }
    counts[0] += at_least;
    counts[1] += at_most;
}

GAPMAP_CLONES void add_weighted(double* sum, const double* value, std::size_t n, double weight) {
    for (std::size_t m = 0; m < n; ++m) sum[m] += weight * value[m];
}

GAPMAP_CLONES void add_weighted_squares(double* sum, const double* value, std::size_t n, double weight, double z) {
    for (std::size_t m = 0; m < n; ++m) sum[m] += weight * ((z - value[m]) * (z - value[m]));
}

LocalCounts as_counts(const std::array<std::int64_t, 2>& counts) { return {static_cast<std::uint32_t>(counts[0]), static_cast<std::uint32_t>(counts[1])}; }

// --- shared draws

/// The table of draws: permutation m, neighbour j picks place `place` of the others.
struct Pick {
    std::uint32_t place, permutation, neighbour;
};

std::size_t most_neighbours(const ConditionalSetting& s) {
    std::size_t out = 0;
    for (const LocalQuestion& q : s.questions) out = std::max(out, q.asked ? q.weights.size() : 0);
    return out;
}

/// All picks, in the order in which a rising rank passes their places.
std::vector<Pick> all_picks(const ConditionalSetting& s, std::size_t k) {
    const auto                 places = static_cast<std::uint32_t>(s.sorted.size() - 1);
    std::vector<Pick>          out;
    std::vector<std::uint32_t> drawn(k), seen(places);
    out.reserve(k * s.permutations);
    for (std::uint32_t m = 0; m < s.permutations; ++m) {
        draw_places(Draws(s.seed, stream_shared_neighbours, 0, m), places, drawn, seen, m + 1);
        for (std::uint32_t j = 0; j < k; ++j) out.push_back({drawn[j], m, j});
    }
    std::ranges::stable_sort(out, {}, &Pick::place);
    return out;
}

/// Sums over the picks for one rank, and how they change as the rank rises: a place whose own rank has been passed shows the value one lower.
class SharedSums {
public:
    SharedSums(const ConditionalSetting& s, std::span<const Pick> picks, std::span<const std::size_t> degrees, bool values, std::size_t k)
        : s_(s), picks_(picks), degrees_(degrees), m_(s.permutations), sum_(degrees.size() * m_), squares_(s.squares ? sum_.size() : 0), values_(values ? k * m_ : 0) {}

    void start_at(std::size_t rank) {
        next_ = 0;
        std::ranges::fill(sum_, 0.0);
        std::ranges::fill(squares_, 0.0);
        for (const Pick& pick : picks_) {
            const bool below = pick.place < rank;
            next_ += below ? 1U : 0U;
            put(pick, s_.sorted[below ? pick.place : pick.place + 1], 0);
        }
    }
    void rise_past(std::size_t rank) {
        for (; next_ < picks_.size() && picks_[next_].place == rank; ++next_) put(picks_[next_], s_.sorted[rank], s_.sorted[rank + 1]);
    }
    [[nodiscard]] const double* sum_of(std::size_t degree) const noexcept { return sum_.data() + degree * m_; }
    [[nodiscard]] const double* squares_of(std::size_t degree) const noexcept { return squares_.data() + degree * m_; }
    [[nodiscard]] const double* values_of(std::size_t neighbour) const noexcept { return values_.data() + neighbour * m_; }

private:
    void put(const Pick& pick, double value, double before) {
        if (!values_.empty()) values_[pick.neighbour * m_ + pick.permutation] = value;
        for (std::size_t d = degrees_.size(); d > 0 && degrees_[d - 1] > pick.neighbour; --d) {
            sum_[(d - 1) * m_ + pick.permutation] += value - before;
            if (!squares_.empty()) squares_[(d - 1) * m_ + pick.permutation] += value * value - before * before;
        }
    }

    const ConditionalSetting&     s_;
    std::span<const Pick>         picks_;
    std::span<const std::size_t>  degrees_;  // the numbers of neighbours of units of equal weights, rising
    std::size_t                   m_, next_ = 0;
    std::vector<double>           sum_, squares_, values_;
};

LocalCounts count_one(const ConditionalSetting& s, const LocalQuestion& q, double z, const SharedSums& sums, std::span<const std::size_t> degrees, std::vector<double>& scratch) {
    std::array<std::int64_t, 2> counts{};
    const std::size_t           m = s.permutations;
    if (q.equal) {
        const auto d = static_cast<std::size_t>(std::ranges::lower_bound(degrees, q.weights.size()) - degrees.begin());
        if (s.squares) count_squares(sums.sum_of(d), sums.squares_of(d), m, static_cast<double>(q.weights.size()), z, q.seen - q.tie, q.seen + q.tie, counts.data());
        else count_sums(sums.sum_of(d), m, q.seen - q.tie, q.seen + q.tie, counts.data());
        return as_counts(counts);
    }
    constexpr std::size_t block = 512;  // sums stay in the nearest cache
    scratch.resize(block);
    for (std::size_t first = 0; first < m; first += block) {
        const std::size_t n = std::min(block, m - first);
        std::fill_n(scratch.begin(), n, 0.0);
        for (std::size_t j = 0; j < q.weights.size(); ++j) {
            if (s.squares) add_weighted_squares(scratch.data(), sums.values_of(j) + first, n, q.weights[j], z);
            else add_weighted(scratch.data(), sums.values_of(j) + first, n, q.weights[j]);
        }
        count_sums(scratch.data(), n, q.seen - q.tie, q.seen + q.tie, counts.data());
    }
    return as_counts(counts);
}

// --- separate draws

/// Philox 4x32-10 for `lanes` addresses that differ in their second word (the permutation) only: word w of lane l goes to out[w * lanes + l]. As Draws has it.
GAPMAP_CLONES void philox_block(std::uint64_t key, std::uint32_t block, std::uint32_t first_sub, std::uint64_t row, std::uint32_t* out) {
    constexpr std::uint64_t m0 = 0xD2511F53U, m1 = 0xCD9E8D57U;
    constexpr std::uint32_t w0 = 0x9E3779B9U, w1 = 0xBB67AE85U, mask = 0xFFFFFFFFU;
    for (std::size_t l = 0; l < lanes; ++l) {
        std::uint64_t c0 = block, c1 = (first_sub + l) & mask, c2 = row & mask, c3 = row >> 32U;
        auto          k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32U);
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t p0 = (c0 & mask) * m0, p1 = (c2 & mask) * m1;
            c0 = (p1 >> 32U) ^ c1 ^ k0;
            c1 = p1 & mask;
            c2 = (p0 >> 32U) ^ c3 ^ k1;
            c3 = p0 & mask;
            k0 += w0;
            k1 += w1;
        }
        out[l]             = static_cast<std::uint32_t>(c0);
        out[lanes + l]     = static_cast<std::uint32_t>(c1);
        out[2 * lanes + l] = static_cast<std::uint32_t>(c2);
        out[3 * lanes + l] = static_cast<std::uint32_t>(c3);
    }
}

/// Words to places below `places`; `bad` is set in the lanes where a word would have to be drawn again.
GAPMAP_CLONES void words_to_places(std::uint32_t* word, std::uint32_t places, std::uint32_t threshold, std::uint32_t* bad) {
    for (std::size_t l = 0; l < lanes; ++l) {
        const std::uint64_t product = std::uint64_t{word[l]} * places;
        bad[l] |= static_cast<std::uint32_t>(product) < threshold ? 1U : 0U;
        word[l] = static_cast<std::uint32_t>(product >> 32U);
    }
}

GAPMAP_CLONES void mark_equal(const std::uint32_t* a, const std::uint32_t* b, std::uint32_t* bad) {
    for (std::size_t l = 0; l < lanes; ++l) bad[l] |= a[l] == b[l] ? 1U : 0U;
}

GAPMAP_CLONES void add_values(double* sum, const std::uint32_t* place, std::uint32_t rank, const double* sorted, double weight) {
    for (std::size_t l = 0; l < lanes; ++l) sum[l] += weight * sorted[place[l] + (place[l] >= rank ? 1U : 0U)];
}

GAPMAP_CLONES void add_squares(double* sum, const std::uint32_t* place, std::uint32_t rank, const double* sorted, double weight, double z) {
    for (std::size_t l = 0; l < lanes; ++l) {
        const double apart = z - sorted[place[l] + (place[l] >= rank ? 1U : 0U)];
        sum[l] += weight * (apart * apart);
    }
}

/// Draws for one unit after the other; the buffers of a thread.
class SeparateDraws {
public:
    explicit SeparateDraws(const ConditionalSetting& s)
        : s_(s), places_(static_cast<std::uint32_t>(s.sorted.size() - 1)), key_(s.seed.value ^ (std::uint64_t{stream_separate_neighbours} << 32U)), threshold_((0U - places_) % places_) {}

    LocalCounts count(std::uint32_t rank) {
        const LocalQuestion&        q = s_.questions[rank];
        std::array<std::int64_t, 2> counts{};
        const std::size_t           k = q.weights.size();
        places_of_.resize((k + 3) / 4 * 4 * lanes);
        for (std::uint32_t first = 0; first < s_.permutations; first += lanes) {
            const std::size_t n = std::min<std::size_t>(lanes, s_.permutations - first);
            draw(q.address, first, k, n);
            std::array<double, lanes> sum{};
            for (std::size_t j = 0; j < k; ++j) {
                const double weight = q.equal ? 1 : q.weights[j];
                if (s_.squares) add_squares(sum.data(), places_of_.data() + j * lanes, rank, s_.sorted.data(), weight, s_.sorted[rank]);
                else add_values(sum.data(), places_of_.data() + j * lanes, rank, s_.sorted.data(), weight);
            }
            count_sums(sum.data(), n, q.seen - q.tie, q.seen + q.tie, counts.data());
        }
        return as_counts(counts);
    }

private:
    void draw(std::uint32_t address, std::uint32_t first, std::size_t k, std::size_t n) {
        std::array<std::uint32_t, lanes> bad{};
        if (k > most_compared || k * k > 2 * places_) {  // most lanes would draw some place twice
            bad.fill(1);
        } else {
            for (std::uint32_t b = 0; b * 4 < k; ++b) philox_block(key_, b, first, address, places_of_.data() + b * 4 * lanes);
            for (std::size_t j = 0; j < k; ++j) {
                words_to_places(places_of_.data() + j * lanes, places_, threshold_, bad.data());
                for (std::size_t i = 0; i < j; ++i) mark_equal(places_of_.data() + j * lanes, places_of_.data() + i * lanes, bad.data());
            }
        }
        for (std::size_t l = 0; l < n; ++l) {
            if (bad[l] != 0) redraw(address, first + static_cast<std::uint32_t>(l), l, k);
        }
    }
    /// By definition, for a lane in which a word or a place was drawn again.
    void redraw(std::uint32_t address, std::uint32_t m, std::size_t lane, std::size_t k) {
        if (seen_.empty() || mark_ == 0xFFFFFFFFU) {
            seen_.assign(places_, 0);
            mark_ = 0;
        }
        drawn_.resize(k);
        draw_places(Draws(s_.seed, stream_separate_neighbours, address, m), places_, drawn_, seen_, ++mark_);
        for (std::size_t j = 0; j < k; ++j) places_of_[j * lanes + lane] = drawn_[j];
    }

    static constexpr std::size_t most_compared = 40;

    const ConditionalSetting&  s_;
    std::uint32_t              places_;
    std::uint64_t              key_;
    std::uint32_t              threshold_, mark_ = 0;
    std::vector<std::uint32_t> places_of_, drawn_, seen_;
};

}  // namespace

void draw_places(Draws draws, std::uint32_t places, std::span<std::uint32_t> out, std::vector<std::uint32_t>& seen, std::uint32_t mark) {
    GEO_EXPECTS(out.size() <= places && seen.size() == places);
    for (std::uint32_t& place : out) {
        do place = draws.below(places);
        while (seen[place] == mark);
        seen[place] = mark;
    }
}

std::vector<LocalCounts> count_shared(const ConditionalSetting& setting, const Execution& exec) {
    std::vector<LocalCounts> out(setting.questions.size());
    std::vector<std::size_t> degrees;
    bool                     unequal = false;
    std::vector<bool>        present(most_neighbours(setting) + 1);
    for (const LocalQuestion& q : setting.questions) {
        if (!q.asked) continue;
        unequal = unequal || !q.equal;
        if (q.equal) present[q.weights.size()] = true;
    }
    for (std::size_t k = 0; k < present.size(); ++k) {
        if (present[k]) degrees.push_back(k);
    }
    const std::size_t       k     = present.size() - 1;
    const std::vector<Pick> picks = all_picks(setting, k);
    parallel_chunks(exec, setting.questions.size(), ranks_per_chunk, [&](std::size_t begin, std::size_t end) {
        SharedSums          sums(setting, picks, degrees, unequal, k);
        std::vector<double> scratch;
        sums.start_at(begin);
        for (std::size_t rank = begin; rank < end; ++rank) {
            const LocalQuestion& q = setting.questions[rank];
            if (q.asked) out[rank] = count_one(setting, q, setting.sorted[rank], sums, degrees, scratch);
            sums.rise_past(rank);
        }
    });
    return out;
}

std::vector<LocalCounts> count_separate(const ConditionalSetting& setting, const Execution& exec) {
    std::vector<LocalCounts> out(setting.questions.size());
    parallel_chunks(exec, setting.questions.size(), 256, [&](std::size_t begin, std::size_t end) {
        SeparateDraws draws(setting);
        for (std::size_t rank = begin; rank < end; ++rank) {
            if (setting.questions[rank].asked) out[rank] = draws.count(static_cast<std::uint32_t>(rank));
        }
    });
    return out;
}

}  // namespace gapmap
