#include "data/store/store_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "geo/core/error.h"

namespace gapmap {

StoreLock::StoreLock(const std::filesystem::path& store, const Execution& exec, std::chrono::milliseconds wait) {
    const std::string file = store.string() + ".lock";
    fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd_ < 0) {
        throw StoreError(fmt::format("cannot be written: {}; import and run need a project folder that they may write: get the right to write it, or copy the project",
                                     std::strerror(errno)), {.source = store.string()});
    }
    try {
        const auto give_up = std::chrono::steady_clock::now() + wait;
        while (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) throw StoreError(fmt::format("cannot be locked: {}", std::strerror(errno)), {.source = file});
            exec.check_stop();
            if (std::chrono::steady_clock::now() >= give_up) {
                throw StoreError(fmt::format("another import or run is at work in this project (waited {} s); try again when it has ended",
                                             std::chrono::duration<double>(wait).count()), {.source = store.string()});
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    } catch (...) {
        ::close(fd_);  // the destructor of an object that was not made does not run
        throw;
    }
}

StoreLock::~StoreLock() { ::close(fd_); }

}  // namespace gapmap
