/** The colours of pictures that stand alone, where no style sheet reaches: those of `tokens.css`, and a test holds them together. */

/** Light and dark. */
type Pair = readonly [string, string];

export type Scheme = "light" | "dark" | "both";

export const COLOURS = {
  canvas: ["#f5f6f8", "#131519"],
  surface: ["#ffffff", "#1b1e24"],
  line: ["#dfe2e8", "#323843"],
  way: ["#b4bac6", "#4c5563"],
  text: ["#1a1d23", "#e8eaee"],
  "text-soft": ["#545b68", "#a7afbd"],
  message: ["#2458c5", "#8db4ff"],
  "message-soft": ["#e6eefc", "#1f2d4c"],
  time: ["#8a5a00", "#eebb66"],
  "time-soft": ["#fcf1dc", "#3b2e17"],
  choice: ["#7036b8", "#c6a2f7"],
  "choice-soft": ["#f2eafc", "#33264a"],
  experiment: ["#ad2467", "#f59ac4"],
  "experiment-soft": ["#fce8f1", "#451f33"],
} as const satisfies Readonly<Record<string, Pair>>;

export type Colour = keyof typeof COLOURS;

/** How a picture names a colour: itself, or a variable where the reader's scheme decides. */
export function colourIn(scheme: Scheme): (name: Colour) => string {
  if (scheme === "both") return (name) => `var(--${name})`;
  return (name) => COLOURS[name][scheme === "light" ? 0 : 1];
}

/** The style that follows the reader's scheme; nothing for a picture of one scheme. */
export function schemeStyle(scheme: Scheme): string {
  if (scheme !== "both") return "";
  const variables = (place: 0 | 1) =>
    Object.entries(COLOURS)
      .map(([name, pair]) => `--${name}:${pair[place]}`)
      .join(";");
  return `<style>svg{${variables(0)}}@media (prefers-color-scheme:dark){svg{${variables(1)}}}</style>`;
}
