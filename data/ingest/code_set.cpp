#include "data/ingest/code_set.h"

#include <functional>
#include <limits>
#include <stdexcept>

namespace gapmap {
namespace {

constexpr std::size_t first_slots = 64;

std::uint64_t hash_of(std::string_view code) noexcept { return std::hash<std::string_view>{}(code); }

/// The upper half: the lower bits already choose the slot.
std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32U); }

}  // namespace

CodeSet::CodeSet(std::initializer_list<std::string_view> codes) {
    for (const std::string_view code : codes) insert(code);
}

std::string_view CodeSet::at(std::size_t i) const noexcept {
    const std::size_t from = i == 0 ? 0 : ends_[i - 1];
    return {text_.data() + from, ends_[i] - from};
}

/// The slot of `code`, or the free one where it would go.
std::size_t CodeSet::find(std::string_view code, std::uint64_t hash) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t       at   = static_cast<std::size_t>(hash) & mask;
    while (slots_[at].entry != 0 && (slots_[at].tag != tag_of(hash) || this->at(slots_[at].entry - 1) != code)) at = (at + 1) & mask;
    return at;
}

bool CodeSet::contains(std::string_view code) const noexcept { return !slots_.empty() && slots_[find(code, hash_of(code))].entry != 0; }

bool CodeSet::insert(std::string_view code) {
    if (ends_.size() * 2 >= slots_.size()) grow();
    const std::uint64_t hash = hash_of(code);
    Slot&               slot = slots_[find(code, hash)];
    if (slot.entry != 0) return false;
    if (text_.size() + code.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("more than 4 GiB of codes in one ledger");
    text_.append(code);
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
    slot = {tag_of(hash), static_cast<std::uint32_t>(ends_.size())};
    return true;
}

void CodeSet::grow() {
    slots_.assign(slots_.empty() ? first_slots : slots_.size() * 2, {});
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        const std::uint64_t hash = hash_of(this->at(i));
        std::size_t         at   = static_cast<std::size_t>(hash) & mask;
        while (slots_[at].entry != 0) at = (at + 1) & mask;
        slots_[at] = {tag_of(hash), static_cast<std::uint32_t>(i + 1)};
    }
}

void CodeSet::clear() noexcept {
    text_.clear();
    ends_.clear();
    slots_.assign(slots_.size(), {});
}

}  // namespace gapmap
