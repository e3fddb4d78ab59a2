#include "render/tile/tile_spool.h"

#include <algorithm>

#include "geo/core/error.h"

namespace gapmap {

void TileSpool::put(TileId tile, const Hash128& inputs, std::string&& bytes) {
    Entry entry{.number = order_.number(tile), .inputs = inputs, .size = bytes.size()};
    bytes.shrink_to_fit();
    const std::lock_guard lock(guard_);
    if (bytes.size() <= room_) {
        room_ -= bytes.size();
        entry.bytes = std::move(bytes);
    } else {
        if (!file_) file_.reset(std::tmpfile());
        if (!file_ || std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) throw OutputError("finished tiles do not fit in the temporary folder (TMPDIR)");
        entry.offset = written_;
        written_ += bytes.size();
    }
    entries_.push_back(std::move(entry));
}

void TileSpool::drain(TileSink& sink, EarlierTiles* earlier) {
    std::ranges::sort(entries_, {}, &Entry::number);
    if (file_ && std::fflush(file_.get()) != 0) throw OutputError("finished tiles do not fit in the temporary folder (TMPDIR)");
    for (Entry& entry : entries_) {
        std::string bytes = std::move(entry.bytes);
        if (bytes.empty()) {
            bytes.resize(entry.size);
            if (std::fseek(file_.get(), static_cast<long>(entry.offset), SEEK_SET) != 0 || std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
                throw OutputError("finished tiles cannot be read again from the temporary folder");
            }
        }
        const TileId tile = order_.tile(entry.number);
        if (earlier != nullptr) earlier->note(tile, entry.inputs, bytes);
        sink.put(tile, bytes);
    }
    entries_.clear();
    file_.reset();
}

}  // namespace gapmap
