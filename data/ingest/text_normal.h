#pragma once
#include <string>
#include <string_view>

namespace gapmap {

/// What folding changed, so that a repair can be written down.
struct Folded {
    std::string text;
    bool        changed = false;  ///< more than trimming blanks was done
};

/// Office text made plain: full-width letters, digits and marks become half-width, NBSP, ideographic space, zero-width
/// marks and line feeds become blanks or vanish, leading apostrophes and the wrapping of ="00123" go, ends are trimmed. Chinese text is kept.
/// Folding what is folded changes nothing.
[[nodiscard]] Folded fold_text(std::string_view text);

/// True where every byte is plain printable ASCII without blanks at the ends: nothing to fold. The fast path of a cell.
[[nodiscard]] bool is_plain(std::string_view text) noexcept;

/// A header or a keyword as it is compared: folded, without blanks, ASCII letters lower-case, ( ) for any parentheses.
[[nodiscard]] std::string match_key(std::string_view text);

/// A header's key without what is there for the person who fills the column in: a star or a number in front (* , 1.), a star or colon behind, and
/// hints in brackets: (必填), 【必填】, (年/月/日), (yyyy-mm-dd), (格式：…), (下拉选择), (是/否), (人), (户). Names in brackets stay: 村(社区).
[[nodiscard]] std::string bare_header_key(std::string key);

/// True for the many ways to write "nothing": empty, 无, /, \, -, —, (NULL), NULL, N/A, 空, 暂无, 未填, 不详.
[[nodiscard]] bool is_empty_mark(std::string_view folded) noexcept;

/// True for the words among them that a field may take as its value ("result: 无"), where the ledger says so.
[[nodiscard]] bool is_word_for_none(std::string_view folded) noexcept;

/// True for "as above": 同上, 同前, 〃, ”, ".
[[nodiscard]] bool is_ditto_mark(std::string_view folded) noexcept;

}  // namespace gapmap
