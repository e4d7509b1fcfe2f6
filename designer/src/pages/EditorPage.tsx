import { Canvas } from "../canvas/Canvas";
import { Outline } from "../canvas/Outline";
import { Palette } from "../canvas/Palette";
import { useOpened } from "../editor/opening";
import { TopBar } from "../editor/TopBar";
import { PublishDialog } from "../panels/PublishDialog";
import { SidePanel } from "../panels/SidePanel";
import { useAddress } from "../routes";
import "./EditorPage.css";

/** One journey: the bar above, the canvas, and a panel beside it (below it on small screens). */
export function EditorPage({ id }: { id: string }) {
  const { query } = useAddress();
  const opened = useOpened(id);
  if (opened.error !== null) {
    return (
      <main className="nowhere">
        <h1>{opened.error}</h1>
        <a href="/designer/">All journeys</a>
      </main>
    );
  }
  return (
    <div className="editor" data-ready={opened.isReady || undefined}>
      <TopBar />
      <Palette />
      <main className="editor-canvas">{query.view === "outline" ? <Outline /> : <Canvas />}</main>
      <aside className="editor-panel" aria-label="Details">
        <SidePanel />
      </aside>
      {query.dialog === "publish" && <PublishDialog />}
    </div>
  );
}
