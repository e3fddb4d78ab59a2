#include "app/project/county_toml.h"

#include <fmt/format.h>

namespace gapmap {
namespace {

constexpr const char* county_section = R"(# gapmap 项目文件；井号之后是说明 (project file; what follows a # explains).

[county]
code       = "{}"     # 县级行政区划代码，六位 (division code, six digits)
name       = "{}"     # 县名 (name)
crs        = "EPSG:4490"  # 存储坐标系：CGCS2000 经纬度 (stored coordinates: CGCS2000 longitude, latitude)
metric_crs = "EPSG:4545"  # 量距离和面积用的投影：CGCS2000 三度带，中央经线 108 度 (projection to measure in)
as_of      = "{}" # 统计截止日 (the day the figures stand for)
lang       = "zh"         # 成果语言：zh 或 en (language of the outputs)
)";

constexpr const char* policy_section = R"(
[policy]
half_life_days   = 180   # 走访效果减半的天数 (days after which a visit is worth half)
q_visited        = 0.6   # 走访当天的有效程度，0 到 1 (how much a fresh visit protects)
q_informed       = 0.8   # 告知当天的有效程度 (the same, told)
q_committed      = 0.9   # 签订承诺书当天的有效程度 (the same, signed)
walk_m           = 800   # 步行可达宣传阵地的距离，米 (a walk to a publicity site, metres)
min_people       = 50    # 少于此人数的单元不排名，标“数据不足” (units with fewer people are "too few", not ranked)
min_households   = 20    # 少于此户数的单元不排名 (the same for households)
withhold_below   = 3     # 案件数低于此值不公开 (case counts below this are withheld in outputs)
period_start     = "2022-01-01" # 本期起 (the period, from)
period_end       = "2022-08-31" # 本期止 (the period, to)
compare_start    = "2021-01-01" # 同期起 (compared with, from)
compare_end      = "2021-08-31" # 同期止 (compared with, to)
bandwidth_m      = 3000  # 发案密度的搜索半径，米 (radius of the case density, metres)
cell_m           = 100   # 发案密度的网格边长，米 (its cell, metres)
surface_snap_m   = 1000  # 发案面由方格算出，方格的最小边长，米；每格至少 withhold_below 起 (case surfaces are made of squares of this side or wider, with withhold_below cases each)
cases_top        = 0     # 发案密度色标的上端，起/平方公里；定下后各周图例相同，0 为按本期最大值 (where the colours of the case density end; fixed, weeks compare; 0: by this period's largest)
loss_top         = 0     # 损失密度色标的上端，元/平方公里，同上 (the same for losses)
)";

constexpr const char* statistics_section = R"(
[statistics]
permutations     = 9999  # 置换次数 (permutations of local statistics, near repeats and ranks)
replications     = 999   # 扫描统计的模拟次数 (replications of the scan statistics)
alpha            = 0.05  # 校正后低于此值才着色 (coloured below this, after adjustment)
scan_max_share   = 0.25  # 扫描窗口最多含的人口比例 (the largest share of the people that a window may hold)
largest_risk     = 10    # 门槛：一般大小的聚集，风险达到其余地区几倍时应能查出；查不出就不着色 (gate: a cluster this many times as risky must be detectable)
)";

constexpr const char* tiles_section = R"(
[tiles]
portal_sets      = []    # 门户网站要的瓦片矩阵集，如 ["Tianditu_w", "Tianditu_c"]，各成一个文件夹 out/tiles/集名 (matrix sets for the portal, a folder each)
portal_url       = ""    # out/tiles 对外的网址，写进 WMTS 能力文档 (where out/tiles will be served: stands in the WMTS capabilities)
)";

constexpr const char* source_section = R"(
# 数据来源：一张台账一段 (one [[source]] a ledger).
#   ledger   台账名：units households people_at_risk sites visits apps events cases warnings stations organisations bases
#   path     文件，相对本文件夹 (file, relative to this folder)
#   level    units 用：town village grid building (of units: which level)
#   list     visits 用：visited 走访, informed 告知, committed 承诺；同一张表用“是否走访/告知/承诺”列写明时用 flags
#            (of visits: which list; flags where each row says it itself)
#   year     日期没有写年份时的年份，如 2022 (year of dates without one)
#   date_epoch  Excel 日期起算年：1900（缺省）或 1904 (start of Excel serial dates)
#   location_role  cases 用：表中没有“地点性质”时写明 home、workplace、bank、report_desk 或 unknown (of cases: what the places are)
#   app      apps 用：表中没有“APP名称”列时在此写明 (of apps: the app, where the sheet has no such column)
#   sheet    工作表名，缺省为第一张 (worksheet; default: the first)
#   layer    图层名，缺省为第一个 (layer; default: the first)
#   crs      坐标系。有坐标而文件自身没有说明时必填：EPSG:4490、EPSG:4326、GCJ02（高德、腾讯）、BD09（百度）
#            (coordinate system; required where there are coordinates and the file does not state one)
#   encoding 文本编码，缺省 auto：UTF-8、UTF-16LE、GB18030 自动识别 (text encoding; default: recognised)
#   columns  列名与标准不同时，字段 = 列名：columns = { lon = "经度", lat = "纬度" } (own header names)
#
# [aliases] 一段：本地叫法 = 单元编码或名称，如 "栗川大队" = "610329100209" (own names of units, with their code or name)
)";

void append_key(std::string& out, const char* prefix, const char* key, const std::string& value) {
    if (!value.empty()) out += fmt::format("{}{:<8} = \"{}\"\n", prefix, key, value);
}

std::string source_text(const SourceText& source, const char* prefix) {
    std::string out = "\n";
    if (!source.comment.empty()) out += fmt::format("# {}\n", source.comment);
    out += fmt::format("{}[[source]]\n", prefix);
    append_key(out, prefix, "ledger", source.ledger);
    append_key(out, prefix, "level", source.level);
    append_key(out, prefix, "list", source.list);
    append_key(out, prefix, "app", source.app);
    append_key(out, prefix, "path", source.path);
    append_key(out, prefix, "sheet", source.sheet);
    append_key(out, prefix, "layer", source.layer);
    append_key(out, prefix, "crs", source.crs);
    append_key(out, prefix, "encoding", source.encoding);
    return out;
}

}  // namespace

std::string county_toml(const CountyText& county) {
    std::string out = fmt::format(county_section, county.code, county.name, county.as_of);
    if (county.demo) out += "demo       = true         # 演示县：镇村名称和代码真实，边界、住户和数字均为虚构 (made-up county; only names and codes are real)\n";
    out += policy_section;
    out += statistics_section;
    out += tiles_section;
    out += source_section;
    for (const SourceText& source : county.sources) out += source_text(source, county.sources_are_comments ? "# " : "");
    return out;
}

}  // namespace gapmap
