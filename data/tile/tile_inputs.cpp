#include "data/tile/tile_inputs.h"

#include <cstring>

#include "data/write/whole_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::string_view format = "gapmap tile inputs 1\n";
constexpr std::size_t      record = 5 * sizeof(std::uint64_t);

void append(std::string& to, std::uint64_t v) {
    char bytes[sizeof v];
    std::memcpy(bytes, &v, sizeof v);
    to.append(bytes, sizeof v);
}
std::uint64_t word(std::string_view from, std::size_t at) {
    std::uint64_t v;
    std::memcpy(&v, from.data() + at, sizeof v);
    return v;
}

}  // namespace

TileInputs::TileInputs(std::filesystem::path archive, std::filesystem::path inputs) : archive_(std::move(archive)), path_(std::move(inputs)) {
    try {
        load();
    } catch (const InputError&) {
        earlier_.clear();  // an archive that cannot be read has no tile to give: a full build is always right
        reader_.reset();
    }
}

void TileInputs::load() {
    if (!std::filesystem::is_regular_file(archive_) || !std::filesystem::is_regular_file(path_)) return;
    const MappedFile       inputs(path_.string());
    const std::string_view all = inputs.bytes();
    if (all.size() < format.size() + 16 || !all.starts_with(format) || (all.size() - format.size() - 16) % record != 0) return;
    const std::string_view body = all.substr(0, all.size() - 16);
    if (const Hash128 sum = hash128(body); sum.high != word(all, body.size()) || sum.low != word(all, body.size() + 8)) return;
    file_   = std::make_unique<MappedFile>(archive_.string());
    reader_ = std::make_unique<PmtilesReader>(file_->bytes());
    for (std::size_t at = format.size(); at < body.size(); at += record) {
        earlier_[word(body, at)] = {{word(body, at + 8), word(body, at + 16)}, {word(body, at + 24), word(body, at + 32)}};
    }
}

std::optional<std::string> TileInputs::find(TileId tile, const Hash128& inputs) const {
    const auto known = earlier_.find(tile_number(tile));
    if (known == earlier_.end() || known->second.inputs != inputs) return std::nullopt;
    std::string bytes;
    try {
        if (const auto kept = reader_->find(tile)) bytes = *kept;
    } catch (const InputError&) {
        return std::nullopt;
    }
    if (hash128(bytes) != known->second.bytes) return std::nullopt;
    ++taken_;
    return bytes;
}

void TileInputs::note(TileId tile, const Hash128& inputs, std::string_view bytes) {
    const std::uint64_t number = tile_number(tile);
    const Hash128       sum    = hash128(bytes);
    noted_.push_back({number, inputs, sum});
}

void TileInputs::save() const {
    std::string bytes(format);
    bytes.reserve(format.size() + noted_.size() * record + 16);
    for (const Noted& n : noted_) {
        for (const std::uint64_t v : {n.number, n.inputs.high, n.inputs.low, n.bytes.high, n.bytes.low}) append(bytes, v);
    }
    const Hash128 sum = hash128(bytes);
    append(bytes, sum.high);
    append(bytes, sum.low);
    write_whole_file(path_, bytes);
}

}  // namespace gapmap
