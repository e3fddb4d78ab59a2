#include "data/write/text_encoding.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <iconv.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "data/write/output_target.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t flush_bytes = std::size_t{1} << 18;

const char* iconv_name(TextEncoding encoding) {
    switch (encoding) {
        case TextEncoding::utf16le_bom: return "UTF-16LE";
        case TextEncoding::gb18030: return "GB18030";
        case TextEncoding::utf8:
        case TextEncoding::utf8_bom: break;
    }
    return nullptr;
}

std::string_view byte_order_mark(TextEncoding encoding) {
    switch (encoding) {
        case TextEncoding::utf8_bom: return "\xEF\xBB\xBF";
        case TextEncoding::utf16le_bom: return "\xFF\xFE";
        case TextEncoding::utf8:
        case TextEncoding::gb18030: break;
    }
    return {};
}

struct CloseIconv {
    void operator()(void* handle) const noexcept { iconv_close(handle); }
};
using IconvHandle = std::unique_ptr<void, CloseIconv>;

IconvHandle open_iconv(const char* to) {
    const iconv_t handle = iconv_open(to, "UTF-8");
    if (handle == reinterpret_cast<iconv_t>(-1)) throw PreconditionError(fmt::format("iconv does not know {}", to));
    return IconvHandle(handle);
}

void append_converted(void* handle, std::string_view utf8, std::string& out) {
    std::string input(utf8);
    char*       from      = input.data();
    std::size_t from_left = input.size();
    while (from_left > 0) {
        char        buffer[8192];
        char*       to      = buffer;
        std::size_t to_left = sizeof buffer;
        const auto  n       = iconv(handle, &from, &from_left, &to, &to_left);
        out.append(buffer, sizeof buffer - to_left);
        if (n == static_cast<std::size_t>(-1) && errno != E2BIG) {
            throw InputError(fmt::format("text is not UTF-8 at byte {}", input.size() - from_left));
        }
    }
}

}  // namespace

std::string encode_text(std::string_view utf8, TextEncoding encoding) {
    const char* name = iconv_name(encoding);
    if (name == nullptr) return std::string(utf8);
    const IconvHandle handle = open_iconv(name);
    std::string       out;
    append_converted(handle.get(), utf8, out);
    return out;
}

struct TextFileWriter::State {
    std::filesystem::path path, temporary;
    IconvHandle           iconv;
    std::string           pending;  // encoded, not yet written
    int                   fd = -1;

    ~State() {
        if (fd < 0) return;
        ::close(fd);
        std::error_code ignored;  // nothing else could be done about a temporary file that stays
        std::filesystem::remove(temporary, ignored);
    }
    [[noreturn]] void fail() const {
        throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", std::strerror(errno)), {path.string()});
    }
    void flush() {
        std::string_view bytes = pending;
        while (!bytes.empty()) {
            const ssize_t n = ::write(fd, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail();
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        pending.clear();
    }
};

TextFileWriter::TextFileWriter(std::filesystem::path path, TextEncoding encoding) : state_(std::make_unique<State>()) {
    path              = settle_output(path);
    state_->temporary = path.string() + fmt::format(".{}.part", ::getpid());
    state_->path      = std::move(path);
    if (const char* name = iconv_name(encoding)) state_->iconv = open_iconv(name);
    state_->pending = byte_order_mark(encoding);
    state_->fd      = ::open(state_->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (state_->fd < 0) state_->fail();
}
TextFileWriter::~TextFileWriter()                                    = default;
TextFileWriter::TextFileWriter(TextFileWriter&&) noexcept            = default;
TextFileWriter& TextFileWriter::operator=(TextFileWriter&&) noexcept = default;

void TextFileWriter::write(std::string_view utf8) {
    if (state_->iconv) {
        append_converted(state_->iconv.get(), utf8, state_->pending);
    } else {
        state_->pending += utf8;
    }
    if (state_->pending.size() >= flush_bytes) state_->flush();
}

void TextFileWriter::finish() {
    state_->flush();
    if (::fsync(state_->fd) != 0) state_->fail();
    if (std::rename(state_->temporary.c_str(), state_->path.c_str()) != 0) state_->fail();
    ::close(state_->fd);
    state_->fd = -1;
}

}  // namespace gapmap
