/** A journey as a picture that stands alone: for files, small previews and the README. Knows the layout, and no step kind. */
import { type Colour, colourIn, type Scheme, schemeStyle } from "./colours";
import type { Journey, Step } from "./journey.gen";
import { type Card, type Edge, type Layout, layOut } from "./layout";
import { FULL, type Measures, SMALL } from "./measures";
import { pathOf } from "./paths";
import { sayEntry, titleOf } from "./titles";

/** How one step looks. */
export interface StepLook {
  hue: "message" | "time" | "choice" | "experiment";
  /** Path data of the 16 x 16 icon, drawn with strokes. */
  icon: string;
  /** The second line. */
  summary: string;
}

export interface SvgOptions {
  /** What a screen reader says of it; the journey's name, unless given. */
  title?: string;
  /** `both` follows the reader's. */
  scheme: Scheme;
  lookOf: (step: Step) => StepLook;
  /** Titles only: for previews. */
  isSmall?: boolean;
  /** Around everything, in pixels. */
  margin?: number;
  /** The colour of the canvas behind it; none for small ones unless said. */
  hasBackground?: boolean;
}

interface Brush {
  journey: Journey;
  colour: (name: Colour) => string;
  lookOf: (step: Step) => StepLook;
  sizes: Measures;
  isSmall: boolean;
}

/** Draw a journey as SVG. The same journey always gives the same text. */
export function drawSvg(journey: Journey, options: SvgOptions): string {
  const isSmall = options.isSmall ?? false;
  const sizes = isSmall ? SMALL : FULL;
  const layout = layOut(journey, sizes);
  const brush: Brush = { journey, colour: colourIn(options.scheme), lookOf: options.lookOf, sizes, isSmall };
  const margin = options.margin ?? (isSmall ? 4 : 32);
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin];
  const hasBackground = options.hasBackground ?? !isSmall;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${-margin} ${-margin} ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">`,
    `<title>${escaped(options.title ?? journey.name)}</title>`,
    schemeStyle(options.scheme),
    hasBackground
      ? `<rect x="${-margin}" y="${-margin}" width="${width}" height="${height}" fill="${brush.colour("canvas")}"/>`
      : "",
    ...lines(brush, layout),
    ...(isSmall ? [] : layout.edges.flatMap((edge) => marks(brush, edge))),
    entry(brush, layout),
    ...[...layout.cards].map(([id, card]) => drawCard(brush, id, card)),
    "</svg>",
    "",
  ]
    .filter((part, place, parts) => part !== "" || place === parts.length - 1)
    .join("\n");
}

function lines(brush: Brush, layout: Layout): string[] {
  const stroke = `stroke="${brush.colour("way")}" stroke-width="${brush.isSmall ? 1 : 1.5}" fill="none"`;
  return layout.edges.map(({ way, points, isFar }) => {
    const isOpen = way.next === null || isFar;
    const dashes = isOpen ? ` stroke-dasharray="${brush.isSmall ? "2 2" : "4 4"}"` : "";
    return `<path d="${pathOf(points, 0, brush.isSmall ? 4 : 10)}" ${stroke}${dashes}/>`;
  });
}

/** What stands on the lines: labels, ends, and links to steps that stand elsewhere. */
function marks(brush: Brush, { way, points, label, isFar }: Edge): string[] {
  const found: string[] = [];
  const last = points.at(-1);
  if (label !== null) {
    const said = [way.label, way.share === null ? null : `${way.share} %`].filter((part) => part !== null).join(" · ");
    found.push(pill(brush, label.x, label.y, said, brush.sizes.laneWidth));
  }
  if (last && way.next === null)
    found.push(`<circle cx="${last.x}" cy="${last.y}" r="4" fill="${brush.colour("way")}"/>`);
  const step = brush.journey.steps[way.next ?? ""];
  if (last && isFar && way.next !== null && step)
    found.push(pill(brush, last.x, last.y, `→ ${titleOf(way.next, step)}`, brush.sizes.laneWidth));
  return found;
}

/** How people come in. */
function entry(brush: Brush, layout: Layout): string {
  const [way] = layout.edges;
  const [first] = way?.points ?? [];
  if (first === undefined) return "";
  if (brush.isSmall) return `<circle cx="${first.x}" cy="${first.y}" r="3" fill="${brush.colour("way")}"/>`;
  return pill(brush, first.x, first.y, sayEntry(brush.journey.entry), 200);
}

function pill(brush: Brush, x: number, y: number, said: string, most: number): string {
  const words = shortened(said, 11, most - 20);
  const width = Math.ceil(widthOf(words, 11)) + 20;
  return `<rect x="${x - width / 2}" y="${y - 10}" width="${width}" height="20" rx="10" fill="${brush.colour("surface")}" stroke="${brush.colour("line")}"/>
<text x="${x}" y="${y + 4}" font-size="11" text-anchor="middle" fill="${brush.colour("text-soft")}">${escaped(words)}</text>`;
}

function drawCard(brush: Brush, id: string, { x, y, width, height }: Card): string {
  const step = brush.journey.steps[id];
  if (step === undefined) return "";
  const { colour, isSmall } = brush;
  const { hue, icon, summary } = brush.lookOf(step);
  const title = titleOf(id, step);
  if (isSmall) {
    const words = escaped(shortened(title, 9, width - 20));
    return `<rect x="${x + 0.5}" y="${y + 0.5}" width="${width - 1}" height="${height - 1}" rx="6" fill="${colour(`${hue}-soft`)}"/>
<circle cx="${x + 9}" cy="${y + height / 2}" r="3" fill="${colour(hue)}"/>
<text x="${x + 16}" y="${y + height / 2 + 3}" font-size="9" font-weight="500" fill="${colour("text")}">${words}</text>`;
  }
  const room = width - 72;
  const titleY = summary === "" ? y + height / 2 + 4.5 : y + height / 2 - 4;
  const lines = [
    `<rect x="${x + 0.5}" y="${y + 0.5}" width="${width - 1}" height="${height - 1}" rx="10" fill="${colour("surface")}" stroke="${colour("line")}"/>`,
    `<rect x="${x + 12}" y="${y + 14}" width="36" height="36" rx="8" fill="${colour(`${hue}-soft`)}"/>`,
    `<path transform="translate(${x + 22} ${y + 24})" d="${icon}" fill="none" stroke="${colour(hue)}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>`,
    `<text x="${x + 60}" y="${titleY}" font-size="13" font-weight="600" fill="${colour("text")}">${escaped(shortened(title, 14.6, room))}</text>`,
  ];
  if (summary !== "")
    lines.push(
      `<text x="${x + 60}" y="${y + height / 2 + 14}" font-size="12" fill="${colour("text-soft")}">${escaped(shortened(summary, 12, room))}</text>`,
    );
  return lines.join("\n");
}

/** Cut a text to a width, with an ellipsis. */
function shortened(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && widthOf(`${letters.join("")}…`, size) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/** About how wide a text is: there is nobody to ask how its letters are drawn. In parts of the font's size, for the wider of the common fonts. */
function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, letter) => sum + letterWidth(letter), 0) * size;
}

function letterWidth(letter: string): number {
  if (/[iljtfr.,:;'|!()[\] ]/.test(letter)) return 0.36;
  if (/[A-Zmw%@]/.test(letter)) return 0.78;
  return (letter.codePointAt(0) ?? 0) > 0x2e80 ? 1 : 0.61;
}

function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/gu, (letter) => ((letter.codePointAt(0) ?? 0) > 0xffff ? letter : ""))
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
