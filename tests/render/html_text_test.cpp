#include "render/html_text.h"

#include <doctest/doctest.h>

using namespace gapmap;

TEST_CASE("text cannot break out of HTML or of a script element") {
    CHECK(html_text("<b a=\"1\">&") == "&lt;b a=&quot;1&quot;&gt;&amp;");
    CHECK(script_json("{\"a\":\"</script>\xE2\x80\xA8\"}") == "{\"a\":\"<\\/script>\\u2028\"}");
}
