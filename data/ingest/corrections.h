#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/ingest/row_builder.h"
#include "data/ingest/row_source.h"
#include "data/store/store.h"

namespace gapmap {

/// What tells a row from others by its cells as they are delivered: 16 hexadecimal digits (FNV-1a, 64 bits; empty cells at the end do not count).
[[nodiscard]] std::string row_mark(const RawRow& row);

/// Typed in place of a value: the row is to be left out, and nobody needs to look at it again. Empty marks and "delete" in several spellings.
[[nodiscard]] bool means_leave_out(std::string_view value);

/// The cells that a person corrected in the import report, put into the rows as they are read. A correction belongs to a row with the
/// cells that it had then: at the same row number, or elsewhere if the file has moved it and no other correction is for such a row.
class Corrections {
public:
    explicit Corrections(const std::vector<Correction>& corrections);
    [[nodiscard]] bool empty() const noexcept { return by_mark_.empty(); }

    /// Puts the corrected values into `row`, whose mark is `mark`. The views live as long as this.
    void apply(RawRow& row, const std::string& mark);
    /// Writes down what apply() did: a repair a cell, or the row held back as "dismissed".
    void say(TypedRow& row, const std::vector<std::string>& headers) const;
    /// A note on corrections whose row is no longer in the file.
    [[nodiscard]] std::vector<Issue> finish() const;

private:
    struct Entry {
        Correction correction;
        bool       used = false;
    };
    std::map<std::string, std::vector<Entry>> by_mark_;
    std::vector<const Correction*>            applied_;  ///< to the row at hand
};

}  // namespace gapmap
