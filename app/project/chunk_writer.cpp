#include "app/project/chunk_writer.h"

#include <utility>

namespace gapmap {
namespace {

constexpr std::size_t most_waiting = 2;  // so that memory does not grow with the file

}  // namespace

ChunkWriter::ChunkWriter(Store& store, std::string ledger, std::int64_t batch, const Execution& exec) : store_(store), ledger_(std::move(ledger)), batch_(batch) {
    if (exec.threads > 1) thread_ = std::thread([this] { work(); });
}

ChunkWriter::~ChunkWriter() { close(true); }

void ChunkWriter::close(bool give_up) noexcept {
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(mutex_);
        closed_   = true;
        given_up_ = give_up;
    }
    changed_.notify_all();
    thread_.join();
}

void ChunkWriter::write(const ImportChunk& chunk) {
    store_.append(ledger_, batch_, chunk.rows, chunk.source_rows, chunk.geometry);
    store_.add_issues(batch_, chunk.issues);
}

void ChunkWriter::put(ImportChunk&& chunk) {
    if (!thread_.joinable()) return write(chunk);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < most_waiting || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    waiting_.push_back(std::move(chunk));
    changed_.notify_all();
}

void ChunkWriter::finish() {
    close(false);
    if (failure_) std::rethrow_exception(failure_);
}

void ChunkWriter::work() {
    while (true) {
        ImportChunk chunk;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
            if (waiting_.empty() || given_up_) return;
            chunk = std::move(waiting_.front());
            waiting_.pop_front();
        }
        changed_.notify_all();
        try {
            write(chunk);
        } catch (...) {
            {
                const std::scoped_lock lock(mutex_);
                failure_ = std::current_exception();
            }
            changed_.notify_all();
            return;
        }
    }
}

}  // namespace gapmap
