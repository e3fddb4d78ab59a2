#include "data/read/xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr int deepest = 256;

std::string_view local_name(const char* name) noexcept {
    const std::string_view whole = name;
    const auto             colon = whole.rfind(':');
    return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::operator[](std::string_view local) const noexcept {
    for (const char* const* at = list_; *at != nullptr; at += 2) {
        if (local_name(at[0]) == local) return at[1];
    }
    return {};
}

bool XmlAttributes::has(std::string_view local) const noexcept {
    for (const char* const* at = list_; *at != nullptr; at += 2) {
        if (local_name(at[0]) == local) return true;
    }
    return false;
}

struct XmlReader::State {
    XmlSink&           sink;
    std::string        source, part;
    XML_Parser         parser = nullptr;
    int                depth  = 0;
    std::exception_ptr thrown;  // nothing may be thrown through expat: it is kept until the call returns

    State(XmlSink& s, std::string from, std::string what) : sink(s), source(std::move(from)), part(std::move(what)), parser(XML_ParserCreate(nullptr)) {}
    ~State() { XML_ParserFree(parser); }
    State(const State&)            = delete;
    State& operator=(const State&) = delete;

    template <class Work>
    void guarded(Work work) noexcept {
        if (thrown) return;
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser, XML_FALSE);
        }
    }
    [[nodiscard]] InputError refusal(const std::string& what) const {
        return InputError(fmt::format("is damaged: {}{}; open it in a spreadsheet program and save it again", part.empty() ? "" : part + ": ", what), {.source = source});
    }
    static void on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
        auto* s = static_cast<State*>(self);
        s->guarded([&] {
            if (++s->depth > deepest) throw s->refusal("elements are nested too deep");
            s->sink.start(local_name(name), XmlAttributes(attributes));
        });
    }
    static void on_end(void* self, const XML_Char* name) {
        auto* s = static_cast<State*>(self);
        --s->depth;
        s->guarded([&] { s->sink.end(local_name(name)); });
    }
    static void on_text(void* self, const XML_Char* text, int size) {
        auto* s = static_cast<State*>(self);
        s->guarded([&] { s->sink.text({text, static_cast<std::size_t>(size)}); });
    }
    static void on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        auto* s = static_cast<State*>(self);
        s->guarded([&] { throw s->refusal("it declares a document type, which office files do not"); });
    }
};

XmlReader::XmlReader(XmlSink& sink, std::string source, std::string part) : state_(std::make_unique<State>(sink, std::move(source), std::move(part))) {
    XML_SetUserData(state_->parser, state_.get());
    XML_SetElementHandler(state_->parser, State::on_start, State::on_end);
    XML_SetCharacterDataHandler(state_->parser, State::on_text);
    XML_SetStartDoctypeDeclHandler(state_->parser, State::on_doctype);
}
XmlReader::~XmlReader() = default;

void XmlReader::feed(std::string_view bytes, bool last) {
    constexpr std::size_t block = std::size_t{1} << 24U;  // expat counts in int
    do {
        const std::string_view some  = bytes.substr(0, block);
        bytes.remove_prefix(some.size());
        const XML_Status status = XML_Parse(state_->parser, some.data(), static_cast<int>(some.size()), last && bytes.empty() ? 1 : 0);
        if (state_->thrown) std::rethrow_exception(state_->thrown);
        if (status != XML_STATUS_OK) {
            throw state_->refusal(fmt::format("line {}: {}", XML_GetCurrentLineNumber(state_->parser), XML_ErrorString(XML_GetErrorCode(state_->parser))));
        }
    } while (!bytes.empty());
}

void read_xml(const ZipArchive& archive, const ZipEntry& entry, XmlSink& sink) {
    ZipStream   stream = archive.open(entry);
    XmlReader   reader(sink, archive.source(), entry.name);
    std::string block(std::size_t{1} << 16U, '\0');
    while (const std::size_t n = stream.read(block)) reader.feed(std::string_view(block).substr(0, n), false);
    reader.feed({}, true);
}

void read_xml(std::string_view text, XmlSink& sink, const std::string& source) {
    XmlReader reader(sink, source, {});
    reader.feed(text, true);
}

}  // namespace gapmap
