#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "data/ingest/import_source.h"
#include "data/store/store.h"
#include "geo/core/exec.h"

namespace gapmap {

/// Writes the chunks of one batch into the store in their order, on a thread of its own while the next ones are read (on the caller's
/// where there is but one). Until finish() returns nobody else may use the store.
class ChunkWriter {
public:
    ChunkWriter(Store& store, std::string ledger, std::int64_t batch, const Execution& exec);
    /// Stops after the chunk at hand: what was not written is given up with the transaction.
    ~ChunkWriter();
    ChunkWriter(const ChunkWriter&)            = delete;
    ChunkWriter& operator=(const ChunkWriter&) = delete;

    /// Waits while too many chunks are on their way. Throws what the store threw at an earlier one.
    void put(ImportChunk&& chunk);
    /// Waits for the last chunk.
    void finish();

private:
    void work();
    void write(const ImportChunk& chunk);
    void close(bool give_up) noexcept;

    Store&                  store_;
    std::string             ledger_;
    std::int64_t            batch_;
    std::mutex              mutex_;
    std::condition_variable changed_;
    std::deque<ImportChunk> waiting_;
    bool                    closed_ = false, given_up_ = false;
    std::exception_ptr      failure_;
    std::thread             thread_;  ///< last: it uses all the others
};

}  // namespace gapmap
