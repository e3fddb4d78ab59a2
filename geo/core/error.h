#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gapmap {

/// What went wrong, and at the same time the exit code of the program.
enum class ErrorKind {
    usage = 2,        ///< an option or argument is wrong
    input = 3,        ///< a file the user gave cannot be read or understood
    store = 4,        ///< the store cannot be opened, read or written
    output = 5,       ///< an output cannot be written
    release = 6,      ///< data refused publication for the chosen audience
    bug = 70,         ///< our own mistake
    cancelled = 130,  ///< stopped by the user
};

[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

/// Where in the user's files an error lies. Empty strings and row 0 mean "not applicable".
struct Place {
    std::string   source{};   ///< file, layer or option
    std::string   sheet{};    ///< worksheet, where there is one
    std::uint64_t row = 0;  ///< 1-based row number as the user sees it in the file
    std::string   field{};    ///< column or key
};

/// Prints as `file [sheet] row N, field 'F'`; the parts that are empty are left out.
[[nodiscard]] std::string to_string(const Place& place);

/// Base of all errors that reach `main`. `what()` is one line: place, expectation, finding, what to do.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message, Place place = {});
    [[nodiscard]] ErrorKind          kind() const noexcept { return kind_; }
    [[nodiscard]] int                exit_code() const noexcept { return static_cast<int>(kind_); }
    [[nodiscard]] const Place&       place() const noexcept { return place_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }  ///< without the place

private:
    ErrorKind   kind_;
    Place       place_;
    std::string message_;
};

class UsageError : public Error {
public:
    explicit UsageError(const std::string& message) : Error(ErrorKind::usage, message) {}
};
class InputError : public Error {
public:
    explicit InputError(const std::string& message, Place place = {}) : Error(ErrorKind::input, message, std::move(place)) {}
};
class StoreError : public Error {
public:
    explicit StoreError(const std::string& message, Place place = {}) : Error(ErrorKind::store, message, std::move(place)) {}
};
class OutputError : public Error {
public:
    explicit OutputError(const std::string& message, Place place = {}) : Error(ErrorKind::output, message, std::move(place)) {}
};
class ReleaseError : public Error {
public:
    explicit ReleaseError(const std::string& message) : Error(ErrorKind::release, message) {}
};
class Cancelled : public Error {
public:
    Cancelled() : Error(ErrorKind::cancelled, "cancelled") {}
};
/// A broken precondition: our bug, not the user's.
class PreconditionError : public Error {
public:
    explicit PreconditionError(const std::string& message) : Error(ErrorKind::bug, message) {}
};

}  // namespace gapmap
