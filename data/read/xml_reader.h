#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "data/read/zip_archive.h"

namespace gapmap {

/// Attributes of an element, by local name (a namespace prefix does not matter: strict and transitional files differ in it).
class XmlAttributes {
public:
    explicit XmlAttributes(const char* const* list) noexcept : list_(list) {}
    [[nodiscard]] std::string_view operator[](std::string_view local) const noexcept;
    [[nodiscard]] bool             has(std::string_view local) const noexcept;

private:
    const char* const* list_;
};

/// Takes the elements of an XML document as they come. Names are local names.
class XmlSink {
public:
    virtual ~XmlSink() = default;
    virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view characters) = 0;
};

/// A streaming XML parser. Refused with one InputError: what is not well-formed, a document type (and so every entity
/// of its own), elements nested deeper than 256. What a sink throws comes out of feed().
class XmlReader {
public:
    XmlReader(XmlSink& sink, std::string source, std::string part);
    ~XmlReader();
    XmlReader(const XmlReader&)            = delete;
    XmlReader& operator=(const XmlReader&) = delete;
    void       feed(std::string_view bytes, bool last);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads a whole part of an archive into a sink.
void read_xml(const ZipArchive& archive, const ZipEntry& entry, XmlSink& sink);
/// Reads text in memory into a sink.
void read_xml(std::string_view text, XmlSink& sink, const std::string& source);

}  // namespace gapmap
