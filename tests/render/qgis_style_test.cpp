#include "render/qgis_style.h"

#include <doctest/doctest.h>

#include <string>

using namespace gapmap;

TEST_CASE("a style's class holds its upper break and not its lower one, as on the page") {
    const std::string qml = gap_style_qml({0.05, 0.063, 0.16, 0.31}, 0.2);
    CHECK(qml.find("&quot;score&quot; &lt;= 0.05\"") != std::string::npos);
    CHECK(qml.find("&quot;score&quot; &gt; 0.05 AND &quot;score&quot; &lt;= 0.063\"") != std::string::npos);
    CHECK(qml.find("&quot;score&quot; &gt; 0.31\"") != std::string::npos);
    CHECK(qml.find("&gt;= 0.") == std::string::npos);
}

TEST_CASE("between two equal breaks a style has no class, and the highest class keeps the darkest colour") {
    const std::string qml = gap_style_qml({0.8, 1.9, 1.9, 1.9}, 0.2);
    std::size_t       rules = 0;
    for (std::size_t at = 0; (at = qml.find("<rule key=", at + 1)) != std::string::npos;) ++rules;
    CHECK(rules == 3 + 3);  // classes and statuses
    CHECK(qml.find("label=\"1.9 – 1.9\"") == std::string::npos);
    CHECK(qml.find("127,0,0,255") != std::string::npos);
}
