/** Moving the view of the open canvas, and where it begins. */
import { type ReactFlowInstance, useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { selectionNow } from "../editor/adding";
import type { Layout } from "../journey/layout";
import { CARD } from "../journey/measures";
import type { CardNode } from "./drawing";
import { elementOf, motionMs, openView, type View } from "./view";
import type { Spot } from "./walking";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What lies over the edges of the canvas: palette, zoom, map. */
const MARGIN = { left: 96, top: 44, right: 28, bottom: 64 };
/** A journey that is smaller than this when it is shown whole is shown from its start instead. */
const LEAST_ZOOM = 0.75;

/** Open the view of this canvas; gives back what is done once it is drawn for the first time. */
export function useView(
  frame: RefObject<HTMLDivElement | null>,
  layout: Layout,
): (instance: ReactFlowInstance<CardNode>) => void {
  const flow = useReactFlow<CardNode>();
  const store = useStoreApi();
  const now = useRef(layout);
  now.current = layout;
  const view = useMemo<View>(() => {
    const show = (box: Box, most: number, duration = motionMs()) => {
      const { width, height } = size(frame.current);
      const room = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
      const zoom = Math.min(most, Math.max(0.05, Math.min(room.width / box.width, room.height / box.height)));
      flow.setViewport(
        {
          x: MARGIN.left + room.width / 2 - (box.x + box.width / 2) * zoom,
          y: MARGIN.top + Math.max(0, (room.height - box.height * zoom) / 2) - box.y * zoom,
          zoom,
        },
        { duration },
      );
    };
    const zoomTo = (zoom: number) => flow.zoomTo(zoom, { duration: motionMs() });
    return {
      fit: () => show(whole(now.current), 1),
      fitSteps: (ids) => {
        const box = around(ids.flatMap((id) => now.current.cards.get(id) ?? []));
        if (box) show(box, 1);
      },
      reveal: (spot) => {
        const box = boxOf(now.current, spot);
        const { x, y, zoom } = flow.getViewport();
        const { width, height } = size(frame.current);
        if (box === null) return;
        const left = box.x * zoom + x;
        const top = box.y * zoom + y;
        const dx = nudge(left, left + box.width * zoom, MARGIN.left, width - MARGIN.right);
        const dy = nudge(top, top + box.height * zoom, MARGIN.top, height - MARGIN.bottom);
        if (dx || dy) flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: motionMs() });
      },
      zoomBy: (factor) => zoomTo(flow.getZoom() * factor),
      zoomTo,
      panBy: (dx, dy) => {
        const { x, y, zoom } = flow.getViewport();
        flow.setViewport({ x: x + dx, y: y + dy, zoom });
      },
      centre: (x, y) => {
        const zoom = flow.getZoom();
        const { width, height } = size(frame.current);
        flow.setViewport({ x: width / 2 - x * zoom, y: height / 2 - y * zoom, zoom });
      },
      focus: (spot) => focusSoon(spot, 30),
      pointAt: (x, y) => ({ ...flow.screenToFlowPosition({ x, y }), zoom: flow.getZoom() }),
    };
  }, [flow, frame]);
  useEffect(() => {
    openView(view);
    return () => openView(null);
  }, [view]);
  // A panel that opens below takes room away: what is selected stays in sight.
  const height = useStore((state) => state.height);
  const before = useRef(height);
  useEffect(() => {
    const selected = selectionNow().steps.at(-1);
    if (before.current > height && selected !== undefined) view.reveal({ step: selected });
    before.current = height;
  }, [height, view]);
  return () => {
    const { width } = size(frame.current);
    const { height } = store.getState();
    const all = whole(now.current);
    const fits = Math.min(
      (width - MARGIN.left - MARGIN.right) / all.width,
      (height - MARGIN.top - MARGIN.bottom) / all.height,
    );
    const selected = selectionNow().steps.at(-1);
    const start = now.current.cards.values().next().value;
    if (fits >= LEAST_ZOOM || start === undefined) view.fit();
    else {
      const zoom = width < 600 ? 0.8 : 1;
      const middle = width < 600 ? width / 2 + 24 : MARGIN.left + (width - MARGIN.left - MARGIN.right) / 2;
      flow.setViewport({ x: middle - (start.x + CARD.width / 2) * zoom, y: MARGIN.top, zoom });
    }
    if (selected !== undefined) view.reveal({ step: selected });
    // Nothing is seen before it is where it belongs.
    requestAnimationFrame(() => frame.current?.toggleAttribute("data-drawn", true));
  };
}

/** A card that is far away is drawn only once the view has come there; and nothing takes the focus while a dialog is still closing. */
function focusSoon(spot: Spot, tries: number): void {
  const element = elementOf(spot);
  element?.focus({ preventScroll: true });
  const isThere = element !== null && document.activeElement === element;
  if (!isThere && tries > 0) requestAnimationFrame(() => focusSoon(spot, tries - 1));
}

function size(frame: HTMLDivElement | null): { width: number; height: number } {
  return { width: frame?.clientWidth ?? 0, height: frame?.clientHeight ?? 0 };
}

function whole(layout: Layout): Box {
  return { x: 0, y: 0, width: Math.max(layout.width, CARD.width), height: Math.max(layout.height, CARD.height) };
}

/** Of a step its card and, as far down as they are, the pluses at which one goes on. */
function boxOf(layout: Layout, spot: Spot): Box | null {
  if ("step" in spot) {
    const card = layout.cards.get(spot.step);
    const ways = layout.edges.filter(({ way }) => way.pointer.startsWith(`/steps/${spot.step}/`));
    const bottoms = ways.flatMap(({ plus }) => (plus ? [plus.y + 20] : []));
    return card ? { ...card, height: Math.max(card.height, ...bottoms.map((bottom) => bottom - card.y)) } : null;
  }
  const plus = layout.edges.find(({ way }) => way.pointer === spot.way)?.plus;
  return plus ? { x: plus.x - 40, y: plus.y - 20, width: 80, height: 40 } : null;
}

function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** How far something must go to lie between two edges. */
function nudge(from: number, to: number, least: number, most: number): number {
  if (from < least) return least - from;
  return to > most ? Math.max(most - to, least - from) : 0;
}
