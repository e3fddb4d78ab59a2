#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/ingest/header_match.h"
#include "data/ingest/ledger_schema.h"
#include "data/ingest/row_source.h"
#include "data/store/store.h"

namespace gapmap {

/// One understood row: a slot a field of the ledger.
struct TypedRow {
    struct Slot {
        bool         present = false;
        std::string  text;
        double       number = 0;
        std::int64_t integer = 0;
    };
    std::uint64_t      number = 0;
    std::vector<Slot>  slots;
    std::vector<Issue> issues;
    bool               held_back = false;
    bool               repaired  = false;

    void hold(std::string field, std::string code, std::string zh, std::string en);
    void repair(std::string field, std::string code, std::string zh, std::string en);
};

/// Turns raw cells into typed slots by the header. Reused for every row, so that strings keep their memory.
class RowBuilder {
public:
    RowBuilder(const LedgerDef& ledger, HeaderMatch header) : ledger_(ledger), header_(std::move(header)) {}
    /// False for a blank row: nothing was written there.
    bool build(const RawRow& raw, TypedRow& row) const;
    [[nodiscard]] const HeaderMatch& header() const noexcept { return header_; }

private:
    void read_cell(std::size_t field, std::string_view cell, TypedRow& row) const;
    void convert(std::size_t field, const std::string& text, TypedRow& row) const;

    const LedgerDef& ledger_;
    HeaderMatch      header_;
};

}  // namespace gapmap
