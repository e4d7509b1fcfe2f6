/** Files that the author takes along: the picture of a journey. */
import type { Journey } from "../journey/journey.gen";
import { pictureOf } from "../steps/picture";

/** Download the journey as a picture that is light or dark as its reader likes. */
export function exportSvg(journeyId: string, journey: Journey): void {
  download(`${journeyId}.svg`, "image/svg+xml", pictureOf(journey, { scheme: "both", hasBackground: true }));
}

/** Give the author a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
