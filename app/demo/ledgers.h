#pragma once
#include <memory>

#include "app/demo/ledger_file.h"

// The ledgers as an office would send them. Each writer takes the counties one after the other, so that only one is in
// memory; its files appear with finish().
namespace gapmap::demo {

/// 走访清单.csv, 告知清单.csv and 承诺清单 (a workbook for one county, text for more).
class VisitWriters {
public:
    VisitWriters(Journal& journal, bool one_county);
    void add(const County& county);
    void finish();

private:
    void add_visited(const County& county);
    void add_informed(const County& county);
    void add_committed(const County& county);
    std::uint64_t commit_row(const WorkbookRow& row);

    Journal*                    journal_;
    TextLedger                  visited_, informed_;
    std::unique_ptr<TextLedger> committed_text_;
    SheetLedger                 committed_sheet_;
    std::uint64_t               visited_count_ = 0, informed_count_ = 0, committed_count_ = 0;
};

/// 户册.csv, 极易被骗人员库.xlsx, APP注册.xlsx and 分母台账.xlsx.
class RegisterWriters {
public:
    explicit RegisterWriters(Journal& journal);
    void add(const County& county);
    void finish();

private:
    void add_households(const County& county);
    void add_people_at_risk(const County& county);
    void add_apps(const County& county);
    void add_bases();

    Journal*     journal_;
    TextLedger   households_;
    SheetLedger  people_, national_, local_, bases_;
    std::int64_t population_sum_ = 0, at_risk_sum_ = 0, household_sum_ = 0, target_sum_ = 0;
};

/// 宣传阵地.csv, 宣传活动.xlsx, 发案台账.xlsx, 预警劝阻.csv, 派出所.xlsx and 包抓单位.xlsx.
class OfficeWriters {
public:
    explicit OfficeWriters(Journal& journal);
    void add(const County& county);
    void finish();

private:
    void add_sites(const County& county);
    void add_events(const County& county);
    void add_cases(const County& county);
    void add_warnings(const County& county);
    void add_stations(const County& county);
    void add_organisations(const County& county);

    Journal*    journal_;
    TextLedger  sites_, warnings_;
    SheetLedger events_, cases_, stations_, organisations_;
};

/// 镇界.shp, 村界.gpkg, 网格.geojson and 楼栋.gpkg, all counties side by side.
void write_layers(Journal& journal, const Ground& ground, std::size_t counties);

/// county.toml: what the ledgers are and by which policy they are measured.
void write_project_file(Journal& journal, std::size_t counties);

/// truth.json of county 0: what was planted, and what a faultless import and measurement must give.
void write_truth(Journal& journal, Seed seed, std::size_t counties, const County& county);

}  // namespace gapmap::demo
