/** The journey as a picture: cards, branches, and a plus wherever a step can stand. */
import { Background, ReactFlow, ReactFlowProvider, useStore, ViewportPortal } from "@xyflow/react";
import { useMemo, useRef } from "react";
import { useIsComparing } from "../editor/painting";
import { useEditor, useJourney } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import "./Canvas.css";
import { later } from "../ui/later";
import { useDrag } from "./drag";
import { cardsOf, LARGE, layoutOf } from "./drawing";
import { walkCanvas } from "./keys";
import { useMarquee } from "./marquee";
import { StepCard } from "./StepCard";
import { useSteadyView } from "./steady";
import { useView } from "./viewing";
import { Ways } from "./Ways";
import { ZoomBar } from "./ZoomBar";

const CanvasMap = later(async () => (await import("./CanvasMap")).CanvasMap);
const Ghost = later(async () => (await import("./Ghost")).Ghost, { isSoon: true });

export function Canvas() {
  const journey = useJourney();
  if (journey === null) return null;
  return (
    <ReactFlowProvider>
      <Board journey={journey} />
    </ReactFlowProvider>
  );
}

const CARDS = { step: StepCard };
const NO_LINES: never[] = [];
const ZOOM_KEYS = ["Control", "Meta"];
const PAN_BUTTONS = [0, 1];

function Board({ journey }: { journey: Journey }) {
  const frame = useRef<HTMLDivElement>(null);
  const layout = layoutOf(journey);
  const cards = useMemo(() => cardsOf(journey, layout), [journey, layout]);
  const detail = useStore(({ transform }) => detailAt(transform[2]));
  const isCarrying = useDrag(({ load }) => load !== null);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const isComparing = useIsComparing();
  const begin = useView(frame, layout);
  useSteadyView(frame, journey, layout);
  const marquee = useMarquee(layout);
  const isLarge = layout.cards.size > LARGE;
  return (
    <section
      ref={frame}
      className="canvas"
      aria-label="Journey"
      data-detail={detail}
      data-carrying={isCarrying || undefined}
      data-read-only={isReadOnly || undefined}
      data-comparing={isComparing || undefined}
      data-large={isLarge || undefined}
      onKeyDown={walkCanvas}
      onPointerDownCapture={marquee.begin}
    >
      <ReactFlow
        nodes={cards}
        edges={NO_LINES}
        nodeTypes={CARDS}
        onInit={begin}
        onPaneClick={() => useEditor.getState().select({ steps: [], way: null })}
        onlyRenderVisibleElements={isLarge}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={ZOOM_KEYS}
        panOnScroll
        panOnDrag={PAN_BUTTONS}
        zoomOnDoubleClick={false}
        autoPanOnNodeFocus={false}
        minZoom={0.05}
        maxZoom={2}
      >
        <Background gap={20} size={1.5} />
        <ViewportPortal>
          <Ways layout={layout} isLarge={isLarge} />
        </ViewportPortal>
      </ReactFlow>
      <ZoomBar />
      <CanvasMap journey={journey} layout={layout} />
      {marquee.box}
      {isCarrying && <Ghost />}
    </section>
  );
}

type Detail = "full" | "title" | "block";

function detailAt(zoom: number): Detail {
  return zoom >= 0.6 ? "full" : zoom >= 0.3 ? "title" : "block";
}
