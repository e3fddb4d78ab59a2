#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/read/mapped_file.h"
#include "data/tile/pmtiles_read.h"
#include "geo/tile/tile_reuse.h"

namespace gapmap {

/// Remembers beside a PMTiles file what its tiles were made of, so that a later build takes over those that are made of the same.
/// The file of inputs (by default `archive` + ".inputs"): a line that names the format and its version, then a record a tile (number, fingerprint of inputs, fingerprint of bytes), then the fingerprint of
/// it all. A file that is damaged or of another version of the format is not used: everything is built anew. A tile whose bytes in the archive are not what the record says is built anew, so another archive beside it does no harm.
class TileInputs final : public EarlierTiles {
public:
    /// Opens what is there; nothing is an empty memory.
    explicit TileInputs(const std::filesystem::path& archive) : TileInputs(archive, archive.string() + ".inputs") {}
    /// The same with another place for the file of inputs: where it must not stand among what is handed out.
    TileInputs(std::filesystem::path archive, std::filesystem::path inputs);

    [[nodiscard]] std::optional<std::string> find(TileId tile, const Hash128& inputs) const override;
    void                                     note(TileId tile, const Hash128& inputs, std::string_view bytes) override;
    /// Writes what was noted, whole or not at all. Call it after the archive stands.
    void save() const;

    [[nodiscard]] std::size_t known() const noexcept { return earlier_.size(); }
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }  ///< tiles that find() gave

private:
    struct Known {
        Hash128 inputs, bytes;
    };
    struct Noted {
        std::uint64_t number = 0;
        Hash128       inputs, bytes;
    };
    void load();

    std::filesystem::path                    archive_, path_;
    std::unique_ptr<MappedFile>              file_;
    std::unique_ptr<PmtilesReader>           reader_;
    std::unordered_map<std::uint64_t, Known> earlier_;
    std::vector<Noted>                       noted_;
    mutable std::atomic<std::size_t>         taken_ = 0;
};

}  // namespace gapmap
