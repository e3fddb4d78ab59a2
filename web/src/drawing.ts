// What every layer needs to draw: the data, the state at the time of drawing, and when a unit is too small for its outline.
import { getWidth } from "ol/extent";
import { extent_of, unit_of, type Area, type Ground } from "./ground";
import type { Model } from "./model";
import type { Overlay, State } from "./state";

export const font_family = '"Noto Sans CJK SC","Microsoft YaHei",sans-serif';

/** An area narrower than this on the screen is drawn as a square of this size, so that it can be seen and hit. */
export const dot_px = 9;

export interface Context { ground: Ground; model: Model; state: () => State; pixel_ratio: number }

export const shows = (state: State, overlay: Overlay): boolean => state.overlays.includes(overlay);
export const in_town = (state: State, area: Area): boolean => !state.town || unit_of(area).town === state.town;
export const is_dot = (area: Area, resolution: number): boolean =>
  getWidth(extent_of(area)) / resolution < dot_px;
