/** What the designer knows of one step kind: one file a kind, one object in it. */
import type { ComponentType } from "react";
import type { Journey, Step } from "../journey/journey.gen";

export type Kind = Step["type"];
export type StepOf<K extends Kind> = Extract<Step, { type: K }>;

/** The hue of a family of steps; `tokens.css` has the colours. */
export type Hue = "message" | "time" | "choice" | "experiment";

export interface PanelProps<K extends Kind> {
  id: string;
  step: StepOf<K>;
}

export interface StepKind<K extends Kind> {
  kind: K;
  /** What authors call it: "Wait". */
  title: string;
  /** One sentence for the picker. */
  hint: string;
  /** Other words to find it by in the picker. */
  words: readonly string[];
  hue: Hue;
  /** Path data of the 16 x 16 icon, drawn with strokes. */
  icon: string;
  /** A new step; `journey` helps to choose a good beginning, and is not changed. */
  blank: (journey: Journey) => StepOf<K>;
  /** The second line of its card: "2 days"; empty while there is nothing to say. */
  summary: (step: StepOf<K>) => string;
  /** The fields of the panel, without name and note, which every step has. */
  Panel: ComponentType<PanelProps<K>>;
}
