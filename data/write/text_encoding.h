#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace gapmap {

/// How a text file is encoded on disk. Inside the program text is always UTF-8.
enum class TextEncoding {
    utf8,
    utf8_bom,     ///< what Excel saves as "CSV UTF-8"
    utf16le_bom,  ///< what Excel saves as "Unicode text"
    gb18030,      ///< what older office software saves as "ANSI" on a Chinese system
};

/// `utf8` in another encoding, without a byte order mark. Throws InputError where the text is not UTF-8.
[[nodiscard]] std::string encode_text(std::string_view utf8, TextEncoding encoding);

/// A text file written piece by piece, whole or not at all: it appears under its name only with finish().
/// Throws OutputError with the system's reason; the old file then stands untouched.
class TextFileWriter {
public:
    TextFileWriter(std::filesystem::path path, TextEncoding encoding);
    ~TextFileWriter();  ///< without finish(): removes the temporary file
    TextFileWriter(TextFileWriter&&) noexcept;
    TextFileWriter& operator=(TextFileWriter&&) noexcept;

    /// Appends UTF-8 text. REQUIRES that no character is split between two calls.
    void write(std::string_view utf8);
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gapmap
