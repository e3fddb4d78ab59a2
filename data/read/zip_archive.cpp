#include "data/read/zip_archive.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "data/ingest/text_decode.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t max_members = 65'535;

[[noreturn]] void damaged(const std::string& source, const std::string& what) {
    throw InputError("is damaged: " + what + "; open it in the program it comes from and save it again", {.source = source});
}

template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
    Number value{};
    if (at > bytes.size() || bytes.size() - at < sizeof value) return value;
    std::memcpy(&value, bytes.data() + at, sizeof value);  // zip is little-endian, and so are the machines this builds for
    return value;
}

std::string member_name(std::string_view raw, bool utf8) {
    std::string name(raw);
    if (!utf8 && !is_utf8(name)) {
        try {
            name = decode_text(name, "GB18030", "").text;
        } catch (const InputError&) {
            // Neither: the bytes stay, so that the member can still be listed; they are made printable.
            std::ranges::replace_if(name, [](unsigned char c) { return c >= 0x80; }, '?');
        }
    }
    if (!is_utf8(name)) std::ranges::replace_if(name, [](unsigned char c) { return c >= 0x80; }, '?');
    std::ranges::replace(name, '\\', '/');
    while (name.starts_with('/')) name.erase(0, 1);
    return name;
}

/// Sizes and offset beyond 32 bits stand in the extra field 1, in this order, only those that need it.
void read_zip64(std::string_view extra, ZipEntry& entry) {
    while (extra.size() >= 4) {
        const auto id = number_at<std::uint16_t>(extra, 0), size = number_at<std::uint16_t>(extra, 2);
        if (extra.size() < 4U + size) return;
        if (id == 1) {
            std::size_t at = 4;
            for (std::uint64_t* value : {&entry.bytes, &entry.packed_bytes, &entry.offset}) {
                if (*value != 0xFFFFFFFFU) continue;
                *value = number_at<std::uint64_t>(extra.substr(0, 4U + size), at);
                at += 8;
            }
        }
        extra.remove_prefix(4U + size);
    }
}

struct Directory {
    std::uint64_t offset = 0, members = 0;
};

Directory find_directory(std::string_view bytes, const std::string& source) {
    constexpr std::size_t end_size = 22;
    if (bytes.size() < end_size) damaged(source, "it is cut short");
    const std::size_t lowest = bytes.size() > 65'557 ? bytes.size() - 65'557 : 0;
    for (std::size_t at = bytes.size() - end_size + 1; at-- > lowest;) {
        if (number_at<std::uint32_t>(bytes, at) != 0x06054B50U) continue;
        Directory found{number_at<std::uint32_t>(bytes, at + 16), number_at<std::uint16_t>(bytes, at + 10)};
        const bool wide = found.offset == 0xFFFFFFFFU || found.members == 0xFFFFU;
        if (wide && at >= 20 && number_at<std::uint32_t>(bytes, at - 20) == 0x07064B50U) {
            const auto record = number_at<std::uint64_t>(bytes, at - 12);
            if (number_at<std::uint32_t>(bytes, record) != 0x06064B50U) damaged(source, "its directory is not where it should be");
            found = {number_at<std::uint64_t>(bytes, record + 48), number_at<std::uint64_t>(bytes, record + 32)};
        }
        return found;
    }
    damaged(source, "its directory is missing (is the file cut short?)");
}

std::string folded_name(std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return c == '\\' ? '/' : static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    return out;
}

}  // namespace

struct ZipStream::State {
    z_stream         z{};
    std::string_view packed;
    ZipEntry         entry;
    std::uint64_t    limit = 0, given = 0;
    std::string      source;
    std::uint32_t    crc     = 0;
    bool             inflate = false, ended = false;
    ~State() {
        if (inflate) inflateEnd(&z);
    }

    std::size_t copy_stored(std::span<char> out) {
        const std::size_t n = std::min<std::size_t>(out.size(), packed.size());
        std::memcpy(out.data(), packed.data(), n);
        packed.remove_prefix(n);
        return n;
    }
    std::size_t inflate_some(std::span<char> out) {
        z.next_out  = reinterpret_cast<Bytef*>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        while (z.avail_out > 0 && !ended) {
            if (z.avail_in == 0) {
                const std::size_t n = std::min<std::size_t>(packed.size(), std::size_t{1} << 20U);
                z.next_in  = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib's interface predates const
                z.avail_in = static_cast<uInt>(n);
                packed.remove_prefix(n);
            }
            const int code = ::inflate(&z, Z_NO_FLUSH);
            if (code == Z_STREAM_END) ended = true;
            else if (code != Z_OK) damaged(source, fmt::format("the part {} cannot be unpacked", entry.name));
        }
        return out.size() - z.avail_out;
    }
};

ZipStream::ZipStream(std::string_view packed, const ZipEntry& entry, std::uint64_t limit, std::string source) : state_(std::make_unique<State>()) {
    state_->packed = packed;
    state_->entry  = entry;
    state_->limit  = limit;
    state_->source = std::move(source);
    if (entry.method == 8) {
        if (inflateInit2(&state_->z, -MAX_WBITS) != Z_OK) throw PreconditionError("zlib cannot start");
        state_->inflate = true;
    }
}
ZipStream::~ZipStream()                    = default;
ZipStream::ZipStream(ZipStream&&) noexcept = default;

std::size_t ZipStream::read(std::span<char> out) {
    State&            s = *state_;
    const std::size_t n = s.inflate ? s.inflate_some(out) : s.copy_stored(out);
    s.given += n;
    if (s.given > s.entry.bytes || s.given > s.limit) damaged(s.source, fmt::format("the part {} is longer than it says", s.entry.name));
    s.crc = static_cast<std::uint32_t>(crc32(s.crc, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(n)));
    if (n == 0 && (s.crc != s.entry.crc || s.given != s.entry.bytes)) damaged(s.source, fmt::format("the part {} has not the length or check sum that was written down for it", s.entry.name));
    return n;
}

ZipArchive::ZipArchive(const std::string& path) : source_(path), file_(path) {
    const std::string_view bytes = file_.bytes();
    const Directory        found = find_directory(bytes, source_);
    if (found.members > max_members) damaged(source_, "it claims too many members");
    std::uint64_t at = found.offset;
    for (std::uint64_t i = 0; i < found.members; ++i) {
        if (at + 46 > bytes.size() || number_at<std::uint32_t>(bytes, at) != 0x02014B50U) damaged(source_, "its directory is cut short");
        ZipEntry entry;
        entry.flags        = number_at<std::uint16_t>(bytes, at + 8);
        entry.method       = number_at<std::uint16_t>(bytes, at + 10);
        entry.crc          = number_at<std::uint32_t>(bytes, at + 16);
        entry.packed_bytes = number_at<std::uint32_t>(bytes, at + 20);
        entry.bytes        = number_at<std::uint32_t>(bytes, at + 24);
        entry.offset       = number_at<std::uint32_t>(bytes, at + 42);
        const std::size_t name = number_at<std::uint16_t>(bytes, at + 28), extra = number_at<std::uint16_t>(bytes, at + 30), comment = number_at<std::uint16_t>(bytes, at + 32);
        if (at + 46 + name + extra + comment > bytes.size()) damaged(source_, "its directory is cut short");
        entry.name = member_name(bytes.substr(at + 46, name), (entry.flags & 0x800U) != 0);
        read_zip64(bytes.substr(at + 46 + name, extra), entry);
        entries_.push_back(std::move(entry));
        at += 46 + name + extra + comment;
    }
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
    const std::string wanted = folded_name(name);
    const auto        found  = std::ranges::find_if(entries_, [&](const ZipEntry& entry) { return folded_name(entry.name) == wanted; });
    return found == entries_.end() ? nullptr : &*found;
}

ZipStream ZipArchive::open(const ZipEntry& entry, std::uint64_t limit) const {
    const std::string_view bytes = file_.bytes();
    if (entry.is_encrypted()) throw InputError(fmt::format("the member {} is locked with a password; save it without one", entry.name), {.source = source_});
    if (entry.method != 0 && entry.method != 8) damaged(source_, fmt::format("the part {} is packed in a way (method {}) that is not read", entry.name, entry.method));
    const bool bomb = entry.bytes > (std::uint64_t{64} << 20U) && entry.bytes / 300 > entry.packed_bytes;  // sheets pack to a twentieth
    if (entry.bytes > limit || bomb) {
        throw InputError(fmt::format("the part {} would unpack to {} MiB from {} KiB; it is not read. Open the file and save it again, or split it", entry.name, entry.bytes >> 20U, entry.packed_bytes >> 10U), {.source = source_});
    }
    if (entry.offset + 30 > bytes.size() || number_at<std::uint32_t>(bytes, entry.offset) != 0x04034B50U) damaged(source_, fmt::format("the part {} is not where it should be", entry.name));
    const std::uint64_t from = entry.offset + 30 + number_at<std::uint16_t>(bytes, entry.offset + 26) + number_at<std::uint16_t>(bytes, entry.offset + 28);
    if (from > bytes.size() || entry.packed_bytes > bytes.size() - from) damaged(source_, fmt::format("the part {} is cut short", entry.name));
    return ZipStream(bytes.substr(from, entry.packed_bytes), entry, limit, source_);
}

std::string ZipArchive::read(const ZipEntry& entry, std::uint64_t limit) const {
    ZipStream   stream = open(entry, limit);
    std::string out, block(std::size_t{1} << 16U, '\0');
    while (const std::size_t n = stream.read(block)) out.append(block, 0, n);
    return out;
}

}  // namespace gapmap
