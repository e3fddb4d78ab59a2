// Colours. The three ramps are five steps each of the nine-class ColorBrewer 2.0 ramps OrRd, Blues and Purples
// (Brewer 2013; colour-blind safe), chosen so that CIE lightness falls by at least 10 from class to class.

export const ramp_names = ["gap", "coverage", "risk"] as const;
export type RampName = (typeof ramp_names)[number];

export const ramps: Record<RampName, readonly [string, string, string, string, string]> = {
  gap:      ["#fee8c8", "#fdbb84", "#fc8d59", "#d7301f", "#7f0000"],   // OrRd 9: 2, 4, 5, 7, 9
  coverage: ["#deebf7", "#9ecae1", "#6baed6", "#2171b5", "#08306b"],   // Blues 9: 2, 4, 5, 7, 9
  risk:     ["#dadaeb", "#bcbddc", "#9e9ac8", "#6a51a3", "#3f007d"],   // Purples 9: 3, 4, 5, 7, 9
};

export const ink = "#1f2328";
export const ground = "#f7f7f5";
export const accent = "#1f5f8b";
/** A unit that was tested and in which nothing was found: lighter than every class, and no white. */
export const nothing_fill = "#f6f2e4";
export const flagged_fill = "#b2182b";
export const county_fill = "#ecebe6";
export const hatch_ground = "#e3e3e0";
export const hatch_line = "#6b7076";
export const suppressed_fill = "#b9bcc0";
export const town_line = "#4a4f55";
export const village_line = "#8b9096";
export const grid_line = "#6f757b";
export const select_line = "#0b3a5c";

/** Relative luminance of a "#rrggbb" colour, 0 to 1 (WCAG 2). */
export function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Ink for marks on a colour: dark or white, whichever stands out more. */
export const ink_on = (hex: string): string => (luminance(hex) > 0.18 ? ink : "#ffffff");
