import { type ReactNode, useEffect } from "react";
import { Canvas } from "../canvas/Canvas";
import { Palette } from "../canvas/Palette";
import { useStepInAddress } from "../editor/address";
import { useClipboard } from "../editor/clipboard";
import { useIsOutline } from "../editor/drawing";
import { type Opened, useOpened } from "../editor/opening";
import { useLiveCounts } from "../editor/polling";
import { Sheets } from "../editor/Sheets";
import { useShortcuts } from "../editor/shortcuts";
import { useFollowed } from "../editor/standing";
import { NOTHING, useEditor, useSelection } from "../editor/store";
import { TopBar } from "../editor/TopBar";
import { useIsTextOnly } from "../editor/text";
import { useVersion } from "../editor/version";
import { PanelEdge } from "../panels/PanelEdge";
import { SidePanel } from "../panels/SidePanel";
import { goWith, useAddress } from "../routes";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { fetchSoon, later } from "../ui/later";
import { Mishap } from "../ui/Mishap";
import { Said } from "../ui/Said";
import "./EditorPage.css";

const TextOnly = later(async () => (await import("../panels/TextOnly")).TextOnly);
const VersionBanner = later(async () => (await import("../panels/VersionBanner")).VersionBanner);
const Outline = later(async () => (await import("../canvas/Outline")).Outline);
const EnrollDialog = later(async () => (await import("../panels/EnrollDialog")).EnrollDialog);
const PublishDialog = later(async () => (await import("../panels/PublishDialog")).PublishDialog);

/** One journey: its draft to work on, or a version of it to look at (`?version=3`, and `?view=live` with its people). */
export function EditorPage({ id }: { id: string }) {
  const { query } = useAddress();
  useFollowed(id);
  useLiveCounts(id, query.view === "live");
  const number = query.view === "live" ? "live" : Number.parseInt(query.version ?? "", 10);
  return Number.isNaN(number) ? <Draft id={id} /> : <Version key={number} id={id} number={number} />;
}

function Draft({ id }: { id: string }) {
  return <Editor opened={useOpened(id)} />;
}

function Version({ id, number }: { id: string; number: number | "live" }) {
  const opened = useVersion(id, number);
  return <Editor opened={opened} banner={opened.version && <VersionBanner id={id} version={opened.version} />} />;
}

/** The bar above, the canvas, and a panel beside it (below it on small screens). */
function Editor({ opened, banner = null }: { opened: Opened; banner?: ReactNode }) {
  const { query } = useAddress();
  const isOutline = useIsOutline();
  const isText = useIsTextOnly();
  const { steps } = useSelection();
  const hasDetails = steps.length > 0 || query.panel !== undefined;
  useStepInAddress(opened.isReady);
  useEffect(() => {
    if (opened.isReady) fetchSoon();
  }, [opened.isReady]);
  useShortcuts();
  useClipboard();
  if (opened.error !== null) {
    return (
      <main className="nowhere">
        <h1>{opened.error}</h1>
        <Button onClick={() => location.reload()}>Try again</Button>
        <a href="/designer/">All journeys</a>
      </main>
    );
  }
  return (
    <div className="editor" data-ready={opened.isReady || undefined}>
      <TopBar />
      <main className="editor-canvas">
        {banner}
        {isText ? <TextOnly /> : isOutline ? <Outline /> : <Canvas />}
        {!isOutline && !isText && <Palette />}
        <Sheets />
        <PanelEdge />
        <Said />
      </main>
      <aside className="editor-panel" aria-label="Details" data-open={hasDetails || undefined}>
        <Button look="quiet" className="panel-close" aria-label="Close details" onClick={closeDetails}>
          <Icon name="down" />
        </Button>
        <Mishap key={query.panel ?? steps.at(-1) ?? ""}>
          <SidePanel />
        </Mishap>
      </aside>
      {query.dialog === "publish" && <PublishDialog />}
      {query.dialog === "enroll" && <EnrollDialog />}
    </div>
  );
}

/** On small screens the panel lies over the canvas. */
function closeDetails(): void {
  useEditor.getState().select(NOTHING);
  goWith({ panel: "" });
}
