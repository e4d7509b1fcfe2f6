/** The picture of a journey, to take along. */
import type { Journey } from "../journey/journey.gen";
import { pictureOf } from "../steps/picture";
import { download } from "../ui/download";

/** Download the journey as a picture that is light or dark as its reader likes. */
export function exportSvg(journeyId: string, journey: Journey): void {
  download(`${journeyId}.svg`, "image/svg+xml", pictureOf(journey, { scheme: "both", hasBackground: true }));
}
