#include "analysis/denominator.h"

#include <doctest/doctest.h>

#include <cmath>

#include "geo/core/error.h"

using namespace gapmap;

namespace {
const std::string county = "610329";

// The announcement's four numbers.
Tally registered() { return {"registered", {"注册", "registrations"}, 44'306, county, {"app_target", "population"}, "app registrations", Day::of(2022, 9, 4)}; }
Tally real_name() { return {"real_name", {"实名安装", "real-name installs"}, 26'115, county, {"population"}, "app registrations", Day::of(2022, 9, 4)}; }
Base  target() { return {"target", {"任务数", "app target"}, BaseKind::target, {43'003, {county, "app_target"}, "task sheet", Day::of(2022, 9, 4)}}; }
Base  people() { return {"people", {"总人口", "people"}, BaseKind::members, {73'295, {county, "population"}, "people-at-risk ledger", Day::of(2022, 9, 4)}}; }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("the announcement's 103.03 % is over a target, and the same registrations are 60.45 % of the people") {
    const Division of_target = divide(registered(), target()), of_people = divide(registered(), people());
    CHECK(of_target.sentence.en == "44,306 registrations of a target of 43,003 (app target): 103.03 % (base: task sheet, 2022-09-04)");
    CHECK(of_target.share.value() == 44'306.0 / 43'003);
    CHECK(contains(of_people.sentence.en, "44,306 registrations of 73,295 people: 60.45 %"));
    CHECK(contains(of_people.sentence.zh, "60.45 %"));
    // 60.4488 %: one digit is 60.4, two are 60.45.
    CHECK(std::round(1e6 * *of_people.share) == 604'489);
    CHECK(contains(divide(registered(), people(), {.digits = 1}).sentence.en, "60.4 %"));
    CHECK(of_people.explanation.empty());
}

TEST_CASE("why the two differ is said: one top, two bases, and their ratio carries one into the other") {
    const Division of_target = divide(registered(), target()), of_people = divide(registered(), people());
    const Words    why = why_they_differ(of_target, of_people);
    CHECK(why.en == "103.03 % and 60.45 % have the same top, 44,306 registrations; the first is over 43,003 (app target), the second over 73,295 (people), "
                    "and the first base is 58.67 % of the second.");
    CHECK(contains(why.zh, "分子相同"));
    CHECK(contains(why.zh, "58.67 %"));
    CHECK(*of_target.share * (43'003.0 / 73'295) == doctest::Approx(*of_people.share));
    const Words other = why_they_differ(of_people, divide(real_name(), people()));
    CHECK(other.en == "60.45 % and 35.63 % have different tops: 44,306 registrations and 26,115 real-name installs, over the same 73,295 people.");
}

TEST_CASE("26,115 real-name installs are 3,563 per 10,000 people") {
    CHECK(per_so_many(divide(real_name(), people()), 10'000).en == "3,563 real-name installs per 10,000 people");
    CHECK(per_so_many(divide(real_name(), people()), 10'000).zh == "每 10,000 总人口有 3,563 实名安装");
}

TEST_CASE("a target can be passed, but a part larger than its whole is a contradiction; neither is clipped") {
    CHECK(contains(divide(registered(), target()).explanation.en, "1,303 more than the target"));
    Base few              = people();
    few.denominator.count = 40'000;
    const Division over   = divide(registered(), few);
    CHECK(over.share.value() == doctest::Approx(1.10765));
    CHECK(contains(over.explanation.en, "4,306 more than all there are"));
    CHECK(contains(over.explanation.zh, "部分不能大于全体"));
}

TEST_CASE("what does not belong together is not divided, and the reason names both sides") {
    const Division wrong_population = divide(real_name(), target());
    CHECK_FALSE(wrong_population.share.has_value());
    CHECK(wrong_population.refusal.en == "not divided: \"real-name installs\" is not declared a part of \"app target\" (app_target)");
    Base town                   = people();
    town.denominator.scope.unit = "610329100";
    const Division wrong_unit   = divide(registered(), town);
    CHECK_FALSE(wrong_unit.share.has_value());
    CHECK(contains(wrong_unit.refusal.en, "610329100"));
    CHECK(contains(wrong_unit.refusal.zh, "不予相除"));
    CHECK_THROWS_AS((void)why_they_differ(wrong_unit, wrong_population), PreconditionError);
}

TEST_CASE("a base of nothing is undefined, and a negative count is refused") {
    Base nobody              = people();
    nobody.denominator.count = 0;
    CHECK_FALSE(divide(registered(), nobody).share.has_value());
    CHECK(contains(divide(registered(), nobody).refusal.en, "undefined"));
    Tally negative = registered();
    negative.value = -1;
    CHECK(contains(divide(negative, people()).refusal.en, "negative"));
    CHECK(divide({"none", {"无", "none"}, 0, county, {"population"}, "x", Day{0}}, people(), {.days_apart = 40'000}).share.value() == 0);
}

TEST_CASE("a base a year older than its count is said to be, one of the same month is not") {
    Base old              = people();
    old.denominator.as_of = Day::of(2020, 11, 1);
    CHECK(contains(divide(registered(), old).explanation.en, "672 days apart"));
    old.denominator.as_of = registered().as_of - 366;
    CHECK(divide(registered(), old).explanation.empty());
    old.denominator.as_of = registered().as_of - 367;
    CHECK_FALSE(divide(registered(), old).explanation.empty());
}

TEST_CASE("the ledger keeps one number an id, and finds the newest of a scope that was known on the day") {
    DenominatorLedger ledger;
    ledger.add(people());
    ledger.add(target());
    ledger.add(people());
    CHECK(ledger.bases().size() == 2);
    Base other              = people();
    other.denominator.count = 73'296;
    CHECK_THROWS_AS(ledger.add(other), InputError);
    other.id                = "people_2020";
    other.denominator.as_of = Day::of(2020, 11, 1);
    ledger.add(other);
    CHECK(ledger.newest({county, "population"}, Day::of(2022, 12, 1))->id == "people");
    CHECK(ledger.newest({county, "population"}, Day::of(2021, 1, 1))->id == "people_2020");
    CHECK(ledger.newest({county, "population"}, Day::of(2019, 1, 1)) == nullptr);
    CHECK(ledger.at("target").denominator.count == 43'003);
    CHECK_THROWS_WITH_AS((void)ledger.at("households"), "no base 'households' in the denominator ledger; there are: people, people_2020, target", InputError);
}
