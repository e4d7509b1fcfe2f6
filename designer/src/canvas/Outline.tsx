/** The journey as a tree: the same steps and commands without a picture. */
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { openSettings, selectionNow } from "../editor/adding";
import { useJourney } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import { sayEntry } from "../journey/titles";
import { Icon } from "../ui/Icon";
import { keyOf, type Line, linesOf } from "./lines";
import "./Outline.css";
import { OutlineLine } from "./OutlineLine";
import { goTo } from "./pointing";
import { elementOf, focusPanel, openView, type View } from "./view";
import type { Spot } from "./walking";

export function Outline() {
  const journey = useJourney();
  return journey === null ? null : <Tree journey={journey} />;
}

function Tree({ journey }: { journey: Journey }) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => linesOf(journey, collapsed), [journey, collapsed]);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    openView(OUTLINE_VIEW);
    return () => openView(null);
  }, []);
  useKeptInSight(place);
  const fold = useCallback(
    (id: string, isFolded: boolean) =>
      setCollapsed((old) => new Set(isFolded ? [...old, id] : [...old].filter((other) => other !== id))),
    [],
  );
  const type = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const here = lines.findIndex((line) => target instanceof HTMLElement && target.dataset.line === keyOf(line));
    const line = lines[here];
    if (line === undefined) return;
    const isFork = line.kind === "step" && line.isFork;
    const isFolded = line.kind === "step" && collapsed.has(line.id);
    if (event.key === "ArrowRight" && isFork && isFolded) fold(line.id, false);
    else if (event.key === "ArrowLeft" && isFork && !isFolded) fold(line.id, true);
    else if (event.key === "Enter") open(line);
    else {
      const goal = goalOf(lines, here, event.key);
      if (goal === undefined) return;
      goTo(spotOf(goal), event.shiftKey && goal.kind === "step");
      // Two lines may stand for one way.
      place.current?.querySelector<HTMLElement>(`[data-line="${CSS.escape(keyOf(goal))}"]`)?.focus();
    }
    event.preventDefault();
  };
  // A selection draws its own lines anew, not the list.
  const drawn = useMemo(
    () =>
      lines.map((line, place) => (
        <OutlineLine
          key={keyOf(line)}
          line={line}
          journey={journey}
          all={place === 0 ? lines : null}
          isFolded={line.kind === "step" && line.isFork ? collapsed.has(line.id) : null}
          onFold={fold}
        />
      )),
    [lines, journey, collapsed, fold],
  );
  return (
    <div className="outline">
      <button type="button" className="outline-entry" onClick={openSettings}>
        <Icon name={journey.entry.type === "event" ? "bolt" : "send"} />
        {sayEntry(journey.entry)}
      </button>
      <div ref={place} role="tree" aria-label="Steps of the journey" aria-multiselectable="true" onKeyDown={type}>
        {drawn}
      </div>
    </div>
  );
}

/** A panel that opens below takes room away: what is selected stays in sight. */
function useKeptInSight(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const outline = place.current?.parentElement;
    if (!outline) return;
    // The first time it is always told.
    let before = Number.POSITIVE_INFINITY;
    const watch = new ResizeObserver(() => {
      const selected = selectionNow().steps.at(-1);
      if (outline.clientHeight < before && selected !== undefined) OUTLINE_VIEW.reveal({ step: selected });
      before = outline.clientHeight;
    });
    watch.observe(outline);
    return () => watch.disconnect();
  }, [place]);
}

/** What a line selects: its step, or the way it stands for. */
export function spotOf(line: Line): Spot {
  return line.kind === "step" ? { step: line.id } : { way: line.way.pointer };
}

function open(line: Line): void {
  if (line.kind === "link") goTo({ step: line.goal });
  else if (line.kind === "step") {
    goTo(spotOf(line));
    focusPanel();
  } else goTo(spotOf(line));
}

function goalOf(lines: readonly Line[], here: number, key: string): Line | undefined {
  const level = lines[here]?.level ?? 1;
  if (key === "ArrowDown") return lines[here + 1];
  if (key === "ArrowUp") return lines[here - 1];
  if (key === "Home") return lines[0];
  if (key === "End") return lines.at(-1);
  if (key === "ArrowLeft") return lines.findLast((line, index) => index < here && line.level < level);
  const next = lines[here + 1];
  return key === "ArrowRight" && next && next.level > level ? next : undefined;
}

/** The outline looks by scrolling. */
const OUTLINE_VIEW: View = {
  fit: () => {},
  fitSteps: () => {},
  reveal: (spot) => elementOf(spot)?.scrollIntoView({ block: "nearest" }),
  zoomBy: () => {},
  zoomTo: () => {},
  panBy: () => {},
  centre: () => {},
  focus: (spot) => {
    const focus = () => {
      const here = document.activeElement;
      const element = elementOf(spot);
      // A line of the same way may have it already.
      const isThere = "way" in spot && here instanceof HTMLElement && here.dataset.way === spot.way;
      if (!isThere) element?.focus();
    };
    requestAnimationFrame(focus);
  },
  pointAt: (x, y) => ({ x, y, zoom: 1 }),
};
