#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geo/shape/layer.h"

namespace gapmap {

/// One reading of one file (or sheet) into one ledger.
struct Batch {
    std::int64_t  id = 0;
    std::string   ledger{}, list{}, source{}, sheet{}, source_hash{}, settings_hash{}, encoding{}, crs{};
    std::uint64_t rows_read = 0, accepted = 0, repaired = 0, held_back = 0;
};

enum class Fate { repaired, held_back, noted };
[[nodiscard]] std::string_view to_string(Fate fate) noexcept;

/// What happened to a row that was not simply accepted.
struct Issue {
    std::uint64_t row = 0;
    std::string   field;
    Fate          fate = Fate::noted;
    std::string   code;
    std::string   detail_zh, detail_en;  ///< what was found and done; personal values are not quoted
    std::uint32_t column = 0;            ///< of the file, from 1; 0: the row as a whole, or not known
    std::string   row_mark{};            ///< of a held-back row: tells its cells from those of any other (see corrections.h)
};
struct BatchIssue {
    Batch batch;
    Issue issue;
};

/// What a person typed into the import report for one cell of a row that was held back.
struct Correction {
    std::string   ledger{}, list{}, source{}, sheet{};
    std::uint64_t row = 0;
    std::uint32_t column = 0;  ///< from 1
    std::string   row_mark{};  ///< of the row as it was when this was typed
    std::string   value{};
    bool          operator==(const Correction&) const = default;
};

/// A current row, with the key that other rows must not repeat. A row of a file that names several households is several rows here.
struct StandingRow {
    std::string   key;
    std::int64_t  batch      = 0;
    std::uint64_t source_row = 0;
    Table         rows;
    Geometry      geometry;
};

/// A reading of a source, as the store remembers it.
struct BatchRecord {
    Batch        batch;
    std::string  imported_at;        ///< UTC
    std::int64_t superseded_by = 0;  ///< the reading that took its place, its own id where the source left county.toml, 0: current
};

/// What a run was made from.
struct RunRecord {
    std::string   as_of, inputs, parameters, version;
    std::uint64_t seed = 1;
    bool          operator==(const RunRecord&) const = default;
};

/// One county's data: layers, ledgers, runs. The interface says nothing of the database behind it.
/// One object per thread. All changes between begin() and commit() are there together or not at all; an object that is
/// destroyed without commit() leaves the store as it was. Errors are StoreError.
class Store {
public:
    /// Opens `path`, creating an empty store where there is none, and brings its schema up to date. A file that is not a
    /// store, or one made by a newer program, is refused.
    static Store open(const std::filesystem::path& path);
    /// Opens an existing store for reading; refuses where there is none.
    static Store open_existing(const std::filesystem::path& path);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    void begin();
    /// Brings the spatial indexes up to date with the rows appended, then makes all changes lasting.
    void commit();

    /// Current batches (not superseded), in order of import.
    [[nodiscard]] std::vector<Batch> current_batches() const;
    [[nodiscard]] std::vector<BatchRecord> history() const;  ///< every reading there was, oldest first
    /// Opens a batch: rows may be appended to it. Supersedes the batch (current, or retired without a successor) of the same
    /// ledger, list, source and sheet.
    std::int64_t add_batch(const Batch& batch);
    /// Marks a batch as gone (its source left county.toml, or the file did).
    void retire_batch(std::int64_t id);
    /// Writes the final counts and the encoding of a batch; the balance is checked by the store.
    void close_batch(const Batch& batch);
    void add_issues(std::int64_t batch, const std::vector<Issue>& issues);
    [[nodiscard]] std::vector<BatchIssue> current_issues() const;
    /// Batches with an issue of this code.
    [[nodiscard]] std::vector<std::int64_t> batches_with_issue(const std::string& code) const;

    /// Remembers corrections; one that is known already is not written again. Returns how many were new.
    std::size_t add_corrections(const std::vector<Correction>& corrections);
    /// The newest correction of each cell, in order of source, sheet, row, column.
    [[nodiscard]] std::vector<Correction> corrections() const;

    /// Appends rows to a ledger: columns named as the ledger's fields, `source_rows` the row numbers in the file.
    /// `geometry` is empty, points or polygons in EPSG:4490, one a row. For units, `level` is the batch's list.
    void append(const std::string& ledger, std::int64_t batch, const Table& rows, const std::vector<std::uint64_t>& source_rows,
                const Geometry& geometry);

    /// The current rows of a ledger (of one list where `list` is not empty) that have one of `keys`, with the named columns. A unit's key is its code
    /// and the day from which it holds (unit_key). Cost: one look at the whole ledger.
    [[nodiscard]] std::vector<StandingRow> standing_rows(const std::string& ledger, const std::string& list, const std::string& key_column, const std::vector<std::string>& keys,
                                                         const std::vector<std::string>& columns) const;
    /// Takes what came from one row of a file out of the ledger again: the row now counts as held back, for `reason`.
    void hold_back(const std::string& ledger, std::int64_t batch, const Issue& reason);
    /// The reverse for a row that was held back as a duplicate; the caller appends what it holds.
    void accept_duplicate(std::int64_t batch, std::uint64_t row, bool repaired);

    /// Current rows of a ledger in order of import: the named columns, and `batch_list` (the list of each row's batch) if asked
    /// for. Dates come as days since 1970-01-01 (integers).
    [[nodiscard]] Table read(const std::string& ledger, const std::vector<std::string>& columns) const;
    /// Calls `take(text, list)` for each current row that has a value in `column`, in order of import; the views live until the next call.
    void for_each_text(const std::string& ledger, const std::string& column, const std::function<void(std::string_view, std::string_view)>& take) const;
    /// Current units of a level that are valid on `as_of` (ISO date), ordered by code, with polygons in EPSG:4490.
    [[nodiscard]] Layer read_units(const std::string& level, const std::string& as_of) const;

    std::int64_t add_run(const RunRecord& run);
    void         append_gaps(std::int64_t run, const Layer& gaps);
    void         append_topology(std::int64_t run, const Layer& issues);
    /// Layer and ledger names with their current row counts.
    [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> counts() const;
    [[nodiscard]] std::optional<RunRecord>                          last_run() const;

private:
    struct State;
    void append_results(const std::string& table, std::int64_t run, const Layer& rows);
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace gapmap
