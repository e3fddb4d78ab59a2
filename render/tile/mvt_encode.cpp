#include "render/tile/mvt_encode.h"

#include <algorithm>

#include <protozero/pbf_writer.hpp>
#include <unordered_map>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

// Field numbers of vector_tile.proto, version 2.1.
enum : protozero::pbf_tag_type { value_text = 1, value_double = 3, value_int = 4, value_signed = 6 };

std::string encode_value(const Column& column, std::size_t row) {
    std::string          bytes;
    protozero::pbf_writer value(bytes);
    if (const auto* integers = std::get_if<Column::Integers>(&column.data)) {
        const std::int64_t number = (*integers)[row];
        if (number < 0) value.add_sint64(value_signed, number);  // a plain int64 below zero would take ten bytes
        else value.add_int64(value_int, number);
    } else if (const auto* reals = std::get_if<Column::Reals>(&column.data)) {
        value.add_double(value_double, (*reals)[row]);
    } else {
        value.add_string(value_text, std::get<Column::Texts>(column.data)[row]);
    }
    return bytes;
}

}  // namespace

MvtAttributes::MvtAttributes(const Table& table, const std::vector<std::string>& allowed) : keys_(allowed) {
    std::vector<const Column*> columns;
    for (const std::string& name : allowed) {
        columns.push_back(&table.at(name));
        is_number_.push_back(!std::holds_alternative<Column::Texts>(columns.back()->data));
    }
    std::unordered_map<std::string, std::uint32_t> known;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t k = 0; k < columns.size(); ++k) {
            if (!columns[k]->is_valid(row)) continue;
            const auto [place, is_new] = known.try_emplace(encode_value(*columns[k], row), static_cast<std::uint32_t>(values_.size()));
            if (is_new) values_.push_back(place->first);
            tags_.emplace_back(static_cast<std::uint32_t>(k), place->second);
        }
        row_ends_.push_back(static_cast<std::uint32_t>(tags_.size()));
    }
}

void MvtAttributes::add_texts(std::string_view name, std::span<const std::string> texts) {
    GEO_EXPECTS(!find_key(name) && texts.size() + 1 == row_ends_.size());
    const auto key = static_cast<std::uint32_t>(keys_.size());
    keys_.emplace_back(name);
    is_number_.push_back(false);
    std::unordered_map<std::string, std::uint32_t> known;
    std::vector<Tag>           tags;
    std::vector<std::uint32_t> ends{0};
    for (std::size_t row = 0; row < texts.size(); ++row) {
        const auto own = this->tags(row);
        tags.insert(tags.end(), own.begin(), own.end());
        if (!texts[row].empty()) {
            std::string bytes;
            protozero::pbf_writer(bytes).add_string(value_text, texts[row]);
            const auto [place, is_new] = known.try_emplace(bytes, static_cast<std::uint32_t>(values_.size()));
            if (is_new) values_.push_back(bytes);
            tags.emplace_back(key, place->second);
        }
        ends.push_back(static_cast<std::uint32_t>(tags.size()));
    }
    tags_     = std::move(tags);
    row_ends_ = std::move(ends);
}

std::optional<std::uint32_t> MvtAttributes::find_key(std::string_view name) const noexcept {
    const auto place = std::ranges::find(keys_, name);
    if (place == keys_.end()) return std::nullopt;
    return static_cast<std::uint32_t>(place - keys_.begin());
}

std::vector<std::pair<std::string, std::string>> MvtAttributes::fields() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t k = 0; k < keys_.size(); ++k) out.emplace_back(keys_[k], is_number_[k] ? "Number" : "String");
    return out;
}

}  // namespace gapmap
