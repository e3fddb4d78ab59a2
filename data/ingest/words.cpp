#include "data/ingest/words.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

#include "data/ingest/text_normal.h"
#include "data/reference.h"

namespace gapmap {
namespace {

using Words = std::unordered_map<std::string, int>;

/// Synonyms of `group` with the place of their word in `order`, counted from 1.
Words read_words(const char* group, std::initializer_list<const char*> order) {
    Words      words;
    const auto document = nlohmann::json::parse(reference_file("outcomes.json"));
    int        place    = 0;
    for (const char* name : order) {
        ++place;
        words[name] = place;
        for (const auto& word : document.at(group).at(name)) words[match_key(word.get<std::string>())] = place;
    }
    return words;
}

int find_word(const Words& words, std::string_view text) {
    // Written as in the list, as most are: no folding.
    if (const auto found = words.find(std::string(text)); found != words.end()) return found->second;
    const auto found = words.find(match_key(text));
    return found == words.end() ? 0 : found->second;
}

}  // namespace

Outcome outcome_of(std::string_view text) {
    static const Words words = read_words("outcomes", {"met", "not_at_home", "refused", "locked", "moved", "inaccessible"});
    return static_cast<Outcome>(find_word(words, text));
}

LocationRole location_role_of(std::string_view text) {
    static const Words words = read_words("location_roles", {"home", "workplace", "bank", "report_desk", "unknown"});
    return static_cast<LocationRole>(find_word(words, text));
}

bool is_whole_county(std::string_view text, std::string_view county_code, std::string_view county_name) {
    if (text.empty()) return false;
    return text == county_code || text == std::string(county_code) + "000000" || text == county_name || text == "全县" || text == "全区" || text == "全市";
}

BasePopulation base_population_of(std::string_view text) {
    static const Words words = read_words("populations", {"households", "people", "people_at_risk", "target"});
    return static_cast<BasePopulation>(find_word(words, text));
}

BaseWord base_word_of(std::string_view text) {
    static const Words words = read_words("base_kinds", {"members", "target"});
    return static_cast<BaseWord>(find_word(words, text));
}

}  // namespace gapmap
