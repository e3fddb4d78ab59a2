#pragma once
#include <string>
#include <vector>

#include "render/palette.h"

namespace gapmap {

/// QGIS style (QML, version 3.22) of a layer of gaps: five classes of `score`, closed above as on the page (a value equal to a break is
/// in the lower class; between equal breaks lies no class), and a look of its own for each status: too_few hatched, missing white with a dotted border, suppressed grey.
[[nodiscard]] std::string gap_style_qml(const std::vector<double>& breaks, double border_mm);

/// A class of a finding. Colour: "#rrggbb"; mark: none, dots, lines, cross or rings, as on the page.
struct FindingLook {
    std::string id, label, colour, mark;
};

/// QGIS style of units with a `class` and a `status`: a fill with its mark a class; units without a class pale; too_few (or a closed gate) hatched.
[[nodiscard]] std::string finding_style_qml(const std::vector<FindingLook>& classes, double border_mm);

/// QGIS style of the shapes that were found: the outline alone, in the colour of its `class`.
[[nodiscard]] std::string finding_shapes_style_qml(const std::vector<FindingLook>& classes);

/// QGIS style of the flaws of the ground: a colour a family of issues, with a wide border so that a sliver can be seen.
[[nodiscard]] std::string topology_style_qml();

/// QGIS style of the publicity sites: a shape a kind, hollow where the site is closed.
[[nodiscard]] std::string site_style_qml(const std::vector<std::string>& kinds);

}  // namespace gapmap
