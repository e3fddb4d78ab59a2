#include "data/read/spool.h"

#include <doctest/doctest.h>

#include <string>

#include "data/ingest/text_decode.h"

using namespace gapmap;

TEST_CASE("what goes into a spool comes out of it, from memory or from its file") {
    for (const std::size_t most : {std::size_t{0}, std::size_t{10}, std::size_t{1'000'000}}) {
        CAPTURE(most);
        Spool       spool(most);
        std::string all;
        for (int i = 0; i < 3'000; ++i) {
            const std::string text = std::to_string(i) + '\n';
            spool.append(text);
            all += text;
        }
        const std::string_view back = spool.finish();
        CHECK(back == all);
        spool.forget(back.size());
        CHECK(back == all);  // read again where it was let go
    }
    Spool none;
    CHECK(none.finish().empty());
}

TEST_CASE("a text longer than the pieces in which it is looked at is decoded whole, and its first bad line found") {
    std::string text;
    while (text.size() < (std::size_t{1} << 25U)) text += "村委会,2022-08-03,已见面\n";
    std::string utf16 = "\xFF\xFE";
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const int  code = lead < 0x80 ? lead : (lead & 0x0F) << 12 | (text[i + 1] & 0x3F) << 6 | (text[i + 2] & 0x3F);
        utf16 += static_cast<char>(code & 0xFF);
        utf16 += static_cast<char>(code >> 8);
        i += lead < 0x80 ? 1 : 3;
    }
    Spool       spool;
    std::size_t passed = 0;
    const auto  view   = decode_view(utf16, "auto", "f", spool, [&](std::size_t bytes) { passed = bytes; });
    CHECK(view.encoding == "UTF-16LE");
    CHECK(view.text == text);
    CHECK(passed > (std::size_t{1} << 24U));
    Spool unused;
    CHECK(decode_view(text, "auto", "f", unused).encoding == "UTF-8");
    text[text.size() - 3] = '\xFF';
    CHECK_THROWS((void)decode_view(text, "UTF-8", "f", unused));
}
