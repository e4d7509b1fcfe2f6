/** Lines as path data: straight legs with round corners. */
import type { Point } from "./layout";

const RADIUS = 10;

/** The path through these points. Always the same number of commands for the same `corners`, so that one path can turn into another in motion. */
export function pathOf(points: readonly Point[], corners = 0, roundness = RADIUS): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const bends = rest.slice(0, -1);
  while (bends.length < corners) bends.unshift({ x: first.x, y: (first.y + (bends[0]?.y ?? last.y)) / 2 });
  const stops = [first, ...bends, last];
  const legs = bends.map((bend, index) => {
    const before = stops[index] ?? first;
    const after = stops[index + 2] ?? last;
    const radius = Math.min(roundness, distance(before, bend) / 2, distance(bend, after) / 2);
    return `L${at(toward(bend, before, radius))}Q${at(bend)} ${at(toward(bend, after, radius))}`;
  });
  return `M${at(first)}${legs.join("")}L${at(last)}`;
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function toward(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}
