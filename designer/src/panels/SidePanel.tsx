import type { ComponentType } from "react";
import { useSelection } from "../editor/store";
import { useAddress } from "../routes";
import { JourneyPanel } from "./JourneyPanel";
import { JsonPanel } from "./JsonPanel";
import { ProblemsPanel } from "./ProblemsPanel";
import { StepPanel } from "./StepPanel";
import { TryPanel } from "./TryPanel";
import { VersionsPanel } from "./VersionsPanel";

/** The panels that the address can name: `?panel=json`. Without one, the selection decides. */
const PANELS: Readonly<Record<string, ComponentType>> = {
  journey: JourneyPanel,
  json: JsonPanel,
  problems: ProblemsPanel,
  try: TryPanel,
  versions: VersionsPanel,
};

/** What stands beside the canvas. */
export function SidePanel() {
  const { query } = useAddress();
  const { steps } = useSelection();
  const Named = PANELS[query.panel ?? ""];
  if (Named) return <Named />;
  return steps.length > 0 ? <StepPanel /> : <JourneyPanel />;
}
