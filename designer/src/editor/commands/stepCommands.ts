/** Commands on steps. */
import { look } from "../../canvas/view";
import {
  duplicateSteps,
  joinBranches,
  legalTargets,
  meetingPoint,
  moveBranch,
  moveStep,
  swapBranches,
  wayAt,
} from "../../journey/edits";
import { mainWay } from "../../journey/edits/pointing";
import { branchSteps, spanning } from "../../journey/tree";
import { waysOf } from "../../journey/ways";
import { askRemoval, nameOf, wayForNew } from "../adding";
import { hasCopied, pasteCopied } from "../clipboard";
import { openSheet } from "../desk";
import { type Command, canEdit, canEditSteps, focused, hasSteps, type Situation } from "./command";

export const STEP_COMMANDS: readonly Command[] = [
  {
    id: "add",
    title: "Add a step…",
    words: ["insert", "new"],
    icon: "plus",
    keys: ["/", "A"],
    group: "Steps",
    when: canEdit,
    perform: ({ journey, selection }) => {
      const way = wayForNew(journey, selection);
      const plus = document.querySelector(`[data-way="${CSS.escape(way)}"]`)?.getBoundingClientRect();
      openSheet({ kind: "picker", way, at: plus ? { x: plus.left + plus.width / 2, y: plus.bottom } : null });
    },
  },
  {
    id: "duplicate",
    title: "Duplicate",
    words: ["copy"],
    icon: "duplicate",
    keys: ["Mod+D"],
    group: "Steps",
    when: canEditSteps,
    perform: ({ editor, journey, selection: { steps } }) =>
      editor.edit(`Duplicate ${nameOf(journey, steps)}`, (now) => duplicateSteps(now, steps)),
  },
  {
    id: "copy",
    title: "Copy",
    icon: "copy",
    keys: ["Mod+C"],
    group: "Steps",
    when: hasSteps,
    perform: () => document.execCommand("copy"),
  },
  {
    id: "cut",
    title: "Cut",
    icon: "cut",
    keys: ["Mod+X"],
    group: "Steps",
    when: canEditSteps,
    perform: () => document.execCommand("cut"),
  },
  {
    id: "paste",
    title: "Paste",
    icon: "paste",
    keys: ["Mod+V"],
    group: "Steps",
    when: (now) => canEdit(now) && hasCopied(),
    perform: pasteCopied,
  },
  {
    id: "delete",
    title: "Delete",
    words: ["remove"],
    icon: "trash",
    keys: ["Delete", "Backspace"],
    group: "Steps",
    when: canEditSteps,
    perform: ({ selection }) => askRemoval(selection.steps),
  },
  {
    id: "move-up",
    title: "Move up",
    icon: "up",
    keys: ["Alt+ArrowUp"],
    group: "Steps",
    when: (now) => canEditSteps(now) && wayAbove(now) !== null,
    perform: (now) => move(now, wayAbove(now)),
  },
  {
    id: "move-down",
    title: "Move down",
    icon: "down",
    keys: ["Alt+ArrowDown"],
    group: "Steps",
    when: (now) => canEditSteps(now) && wayBelow(now) !== null,
    perform: (now) => move(now, wayBelow(now)),
  },
  {
    id: "branch-left",
    title: "Move branch left",
    words: ["reorder", "order"],
    icon: "back",
    keys: ["Alt+ArrowLeft"],
    group: "Steps",
    when: (now) => canEdit(now) && canMoveBranch(now, -1),
    perform: (now) => moveThisBranch(now, -1),
  },
  {
    id: "branch-right",
    title: "Move branch right",
    words: ["reorder", "order"],
    icon: "right",
    keys: ["Alt+ArrowRight"],
    group: "Steps",
    when: (now) => canEdit(now) && canMoveBranch(now, 1),
    perform: (now) => moveThisBranch(now, 1),
  },
  {
    id: "swap",
    title: "Swap branches",
    words: ["flip", "reorder"],
    icon: "swap",
    keys: ["Alt+S"],
    group: "Steps",
    when: (now) =>
      canEditSteps(now) && now.selection.steps.length === 1 && waysOf(now.journey, focused(now)).length === 2,
    perform: (now) => now.editor.edit("Swap branches", (journey) => swapBranches(journey, focused(now))),
  },
  {
    id: "join-branches",
    title: "Let all branches go on together",
    words: ["merge", "meet", "join"],
    icon: "branches",
    group: "Steps",
    when: (now) =>
      canEditSteps(now) && now.selection.steps.length === 1 && meetingPoint(now.journey, focused(now)) !== null,
    perform: (now) => now.editor.edit("Join branches", (journey) => joinBranches(journey, focused(now))),
  },
  {
    id: "select-branch",
    title: "Select the rest of the branch",
    words: ["block", "below"],
    icon: "branches",
    keys: ["Mod+Shift+A"],
    group: "Steps",
    when: hasSteps,
    perform: ({ editor, journey, selection }) => {
      const first = selection.steps[0] ?? "";
      const into = spanning(journey).waysTo.get(first)?.[0];
      const below = into ? branchSteps(journey, into) : [];
      editor.select({ steps: [...below.filter((id) => id !== first), first], way: null });
    },
  },
];

/** The way before the step above: the selected step changes places with it. */
function wayAbove({ journey, selection: { steps } }: Situation): string | null {
  const waysTo = spanning(journey).waysTo;
  const above = waysTo.get(steps[0] ?? "")?.[0]?.from ?? "";
  return legal(journey, steps, waysTo.get(above)?.[0]?.pointer);
}

/** The way after the step below. */
function wayBelow(now: Situation): string | null {
  const { journey, selection } = now;
  const below = mainWay(journey, focused(now))?.next;
  return below ? legal(journey, selection.steps, mainWay(journey, below)?.pointer) : null;
}

function legal(journey: Situation["journey"], steps: readonly string[], pointer: string | undefined): string | null {
  return legalTargets(journey, steps).find((way) => way.pointer === pointer)?.pointer ?? null;
}

function move({ editor, journey, selection: { steps } }: Situation, way: string | null): void {
  if (way === null) return;
  editor.edit(`Move ${nameOf(journey, steps)}`, (now) => moveStep(now, steps, way));
  const last = steps.at(-1);
  if (last !== undefined) look((view) => view.focus({ step: last }));
}

/** The branch in which the selection stands: the nearest above it, with its place among those that can change places. */
function branchHere({ journey, selection }: Situation): { step: string; place: number } | null {
  const { waysTo } = spanning(journey);
  const selected = selection.steps.at(-1);
  let pointer = selection.way ?? (selected === undefined ? undefined : waysTo.get(selected)?.[0]?.pointer);
  for (let count = Object.keys(journey.steps).length; pointer !== undefined && count >= 0; count -= 1) {
    const [, step, place] = /^\/steps\/([^/]+)\/branches\/(\d+)\/next$/.exec(pointer) ?? [];
    if (step !== undefined && place !== undefined) return { step, place: Number(place) };
    const from: string | null = wayAt(journey, pointer)?.from ?? null;
    pointer = from === null ? undefined : waysTo.get(from)?.[0]?.pointer;
  }
  return null;
}

function canMoveBranch(now: Situation, by: 1 | -1): boolean {
  const here = branchHere(now);
  return here !== null && moveBranch(now.journey, here.step, here.place, here.place + by).journey !== now.journey;
}

function moveThisBranch(now: Situation, by: 1 | -1): void {
  const here = branchHere(now);
  if (here === null) return;
  now.editor.edit("Move branch", (journey) => {
    const change = moveBranch(journey, here.step, here.place, here.place + by);
    const way = now.selection.way?.replace(/\d+\/next$/, `${here.place + by}/next`) ?? null;
    return { ...change, select: { steps: now.selection.steps, way } };
  });
}
