#pragma once
#include <string>
#include <string_view>

namespace gapmap {

/// A text in both languages; outputs carry both, terminals one.
struct Text {
    std::string zh, en;
};

/// Chooses between the languages: "zh" or "en".
struct Tongue {
    bool                           chinese = true;
    [[nodiscard]] std::string_view operator()(std::string_view zh, std::string_view en) const noexcept { return chinese ? zh : en; }
    [[nodiscard]] const std::string& operator()(const Text& text) const noexcept { return chinese ? text.zh : text.en; }
};

/// `asked` ("zh", "en" or empty) wins, then the project's language, then the locale.
[[nodiscard]] Tongue choose_tongue(const std::string& asked, const std::string& project);

}  // namespace gapmap
