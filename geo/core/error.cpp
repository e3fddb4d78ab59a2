#include "geo/core/error.h"

#include <fmt/format.h>

namespace gapmap {

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::usage: return "usage";
        case ErrorKind::input: return "input";
        case ErrorKind::store: return "store";
        case ErrorKind::output: return "output";
        case ErrorKind::release: return "release";
        case ErrorKind::bug: return "bug";
        case ErrorKind::cancelled: return "cancelled";
    }
    return "bug";
}

std::string to_string(const Place& place) {
    std::string text = place.source;
    if (!place.sheet.empty()) text += fmt::format(" [{}]", place.sheet);
    if (place.row != 0) text += fmt::format(" row {}", place.row);
    if (!place.field.empty()) text += fmt::format("{}field '{}'", text.empty() ? "" : ", ", place.field);
    return text;
}

namespace {
std::string with_place(const std::string& message, const Place& place) {
    const std::string where = to_string(place);
    return where.empty() ? message : where + ": " + message;
}
}  // namespace

Error::Error(ErrorKind kind, const std::string& message, Place place)
    : std::runtime_error(with_place(message, place)), kind_(kind), place_(std::move(place)), message_(message) {}

}  // namespace gapmap
