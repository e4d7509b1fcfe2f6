import type { ComponentType } from "react";
import { useSelection } from "../editor/store";
import { useAddress } from "../routes";
import { later } from "../ui/later";

const JourneyPanel = later(async () => (await import("./JourneyPanel")).JourneyPanel, { isSoon: true });
const StepPanel = later(async () => (await import("./StepPanel")).StepPanel, { isSoon: true });

const LiveStep = later(async () => (await import("./LiveStep")).LiveStep);
const LivePanel = later(async () => (await import("./LivePanel")).LivePanel);

/** The panels that the address can name: `?panel=json`. Without one, the selection decides. */
const PANELS: Readonly<Record<string, ComponentType>> = {
  journey: JourneyPanel,
  json: later(async () => (await import("./JsonPanel")).JsonPanel),
  problems: later(async () => (await import("./ProblemsPanel")).ProblemsPanel),
  try: later(async () => (await import("./TryPanel")).TryPanel),
  live: LivePanel,
  versions: later(async () => (await import("./VersionsPanel")).VersionsPanel),
};

/** What stands beside the canvas. */
export function SidePanel() {
  const { query } = useAddress();
  const { steps } = useSelection();
  const Named = PANELS[query.panel ?? ""];
  if (Named) return <Named />;
  const isLive = query.view === "live";
  const focus = steps.at(-1);
  if (focus === undefined) return isLive ? <LivePanel /> : <JourneyPanel />;
  return (
    <>
      {isLive && <LiveStep stepId={focus} />}
      <StepPanel />
    </>
  );
}
