/** Journeys as pictures, with the looks of the step kinds. */
import type { Journey } from "../journey/journey.gen";
import { drawSvg, type SvgOptions } from "../journey/svg";
import { kindOf, summaryOf } from "./registry";

/** Draw a journey as SVG: full size, or small with titles only. `both` follows the reader's scheme. */
export function pictureOf(journey: Journey, options: Omit<SvgOptions, "lookOf">): string {
  return drawSvg(journey, {
    ...options,
    lookOf: (step) => {
      const { hue, icon } = kindOf(step);
      return { hue, icon, summary: summaryOf(step) };
    },
  });
}

/** The same as an address for `<img>`: pictures are shown as images, never put into the page. */
export function pictureAddress(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
