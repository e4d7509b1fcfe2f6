/** Carrying a step from the press to the drop: from the palette, or cards that move. */
import { addStep, journeyNow, nameOf } from "../editor/adding";
import { useEditor } from "../editor/store";
import { legalTargets, moveStep } from "../journey/edits";
import { allWays, type Way } from "../journey/ways";
import { notify } from "../ui/Notices";
import { type Load, NOTHING_CARRIED, useDrag } from "./drag";
import { layoutOf } from "./drawing";
import { canvasPoint, look } from "./view";

/** So far a press is a click. */
const THRESHOLD = 5;
/** So long a finger rests on a card before it lifts it: before, it moves the canvas. */
const REST_MS = 350;
/** So near the edge of the canvas it begins to move along. */
const EDGE = 48;
/** Within reach of a plus, in pixels of the screen. */
const REACH = { x: 110, y: 60 };

/** Where a press began. */
interface Begun {
  pointerId: number;
  clientX: number;
  clientY: number;
}

/** How a press is followed. */
interface Following {
  /** It carries once it rests: a finger that moves at once moves the canvas. */
  isResting: boolean;
  /** What the pointer did before anybody listened here. */
  early: readonly PointerEvent[];
}

/** Follow a press: it carries the load as soon as it moves, or rests. */
export function follow(press: Begun, load: Load, { isResting, early }: Following): void {
  const gone = new AbortController();
  const { signal } = gone;
  let isCarried = false;
  const carry = () => {
    isCarried = true;
    begin(load);
  };
  const resting = isResting ? setTimeout(carry, REST_MS) : undefined;
  const stop = () => {
    clearTimeout(resting);
    gone.abort();
    useDrag.setState(NOTHING_CARRIED);
  };
  const move = (event: PointerEvent) => {
    if (event.pointerId !== press.pointerId) return;
    // Let go before anybody listened.
    if (event.buttons === 0) return stop();
    const isFar = Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) > THRESHOLD;
    if (!isCarried && isFar && isResting) return stop();
    if (!isCarried && isFar) carry();
    if (isCarried) carryTo(event.clientX, event.clientY);
  };
  const drop = (event: PointerEvent) => {
    if (event.pointerId !== press.pointerId) return;
    const { target } = useDrag.getState();
    if (isCarried) swallowClick();
    stop();
    if (isCarried && target !== null) put(load, target);
  };
  addEventListener("pointermove", move, { signal });
  addEventListener("pointerup", drop, { signal });
  addEventListener("pointercancel", stop, { signal });
  addEventListener("blur", stop, { signal });
  const listen = { signal, capture: true, passive: false };
  const hold = (event: Event) => {
    if (!isCarried) return;
    event.stopPropagation();
    event.preventDefault();
  };
  // The canvas does not move along with a finger that carries something.
  addEventListener("touchmove", hold, listen);
  addEventListener(
    "keydown",
    (event) => {
      hold(event);
      if (event.key === "Escape") stop();
    },
    listen,
  );
  const says: Readonly<Record<string, (event: PointerEvent) => void>> = { pointermove: move, pointerup: drop };
  for (const event of early) if (!signal.aborted) (says[event.type] ?? stop)(event);
}

/** The click that a drop ends with is none. */
function swallowClick(): void {
  const swallow = (event: Event) => event.stopPropagation();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
}

function begin(load: Load): void {
  const journey = journeyNow();
  if (journey === null) return;
  const ways: readonly Way[] = "kind" in load ? allWays(journey) : legalTargets(journey, load.ids);
  if (ways.length === 0)
    notify({
      text:
        "ids" in load && load.ids.length > 1
          ? "These steps do not hang together: move them one by one."
          : "There is no other place for this step.",
    });
  useDrag.setState({ load, legal: new Set(ways.map(({ pointer }) => pointer)), target: null });
  requestAnimationFrame(creep);
}

function carryTo(x: number, y: number): void {
  useDrag.setState({ x, y, target: targetAt(x, y) });
}

/** The nearest plus within reach that may take it. */
function targetAt(x: number, y: number): string | null {
  const journey = journeyNow();
  const place = canvasPoint(x, y);
  if (journey === null || place === null) return null;
  const { legal } = useDrag.getState();
  // Far away the pluses stand close together: then only as far as half a card.
  const reach = { x: Math.min(REACH.x / place.zoom, 150), y: Math.min(REACH.y / place.zoom, 80) };
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { way, plus } of layoutOf(journey).edges) {
    const aside = Math.abs(plus.x - place.x);
    const above = Math.abs(plus.y - place.y);
    if (aside > reach.x || above > reach.y || aside + above >= least || !legal.has(way.pointer)) continue;
    nearest = way.pointer;
    least = aside + above;
  }
  return nearest;
}

/** Near an edge the canvas moves along, as long as something is carried. */
function creep(): void {
  const { load, x, y } = useDrag.getState();
  if (load === null) return;
  const frame = document.querySelector(".canvas")?.getBoundingClientRect();
  if (frame && x > frame.left && x < frame.right && y > frame.top && y < frame.bottom) {
    const across = pull(x - frame.left, frame.right - x);
    const along = pull(y - frame.top, frame.bottom - y);
    // The palette lies over the left edge; and a plus that the hand has reached does not run away from it.
    const isHeld = document.elementFromPoint(x, y)?.closest(".palette, [data-way]");
    if ((across || along) && !isHeld) {
      look((view) => view.panBy(across, along));
      useDrag.setState({ target: targetAt(x, y) });
    }
  }
  requestAnimationFrame(creep);
}

function pull(before: number, after: number): number {
  return before < EDGE ? (EDGE - before) / 4 : after < EDGE ? (after - EDGE) / 4 : 0;
}

function put(load: Load, target: string): void {
  const journey = journeyNow();
  if ("kind" in load) addStep(load.kind, target);
  else if (journey)
    useEditor.getState().edit(`Move ${nameOf(journey, load.ids)}`, (now) => moveStep(now, load.ids, target));
}
