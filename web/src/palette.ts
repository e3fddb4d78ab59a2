// Colours. The three ramps are five steps each of the nine-class ColorBrewer 2.0 ramps OrRd, Blues and Purples
// (Brewer 2013; colour-blind safe), chosen so that CIE lightness falls by at least 10 from class to class.

export type ClassIndex = 0 | 1 | 2 | 3 | 4;
export type RampName = "gap" | "coverage" | "risk";

export const ramps: Record<RampName, readonly [string, string, string, string, string]> = {
  gap:      ["#fee8c8", "#fdbb84", "#fc8d59", "#d7301f", "#7f0000"],   // OrRd 9: 2, 4, 5, 7, 9
  coverage: ["#deebf7", "#9ecae1", "#6baed6", "#2171b5", "#08306b"],   // Blues 9: 2, 4, 5, 7, 9
  risk:     ["#dadaeb", "#bcbddc", "#9e9ac8", "#6a51a3", "#3f007d"],   // Purples 9: 3, 4, 5, 7, 9
};

export const ink = "#1f2328";
export const ground = "#f7f7f5";
export const accent = "#1f5f8b";
export const county_fill = "#ecebe6";
export const hatch_ground = "#e3e3e0";
export const hatch_line = "#6b7076";
export const suppressed_fill = "#b9bcc0";
export const town_line = "#4a4f55";
export const village_line = "#8b9096";
export const grid_line = "#6f757b";
export const select_line = "#0b3a5c";
