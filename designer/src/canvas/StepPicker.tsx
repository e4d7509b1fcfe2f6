/** Which step to put on a way: opened at its plus, searched by typing. */
import { useLayoutEffect, useMemo, useRef } from "react";
import { addStep } from "../editor/adding";
import { closeSheet, typedAhead } from "../editor/desk";
import { useEditor, useJourney } from "../editor/store";
import { setNext, wayAt } from "../journey/edits";
import type { Journey } from "../journey/journey.gen";
import { order, reaches, spanning } from "../journey/tree";
import { KIND_LIST, kindOf, lookOf, summaryOf, titleOf } from "../steps/registry";
import { type Pick, PickList } from "../ui/PickList";
import { goTo } from "./pointing";
import "./StepPicker.css";
import { focusPanel } from "./view";

export function StepPicker({ way, at }: { way: string; at: { x: number; y: number } | null }) {
  const journey = useJourney();
  const place = useRef<HTMLDivElement>(null);
  const picks = useMemo(() => (journey === null ? [] : picksFor(journey, way)), [journey, way]);
  useLayoutEffect(() => {
    const sheet = place.current;
    if (sheet === null) return;
    sheet.showPopover();
    const { width, height } = sheet.getBoundingClientRect();
    const { x, y } = at ?? { x: innerWidth / 2, y: innerHeight / 4 };
    const isRoomBelow = y + 8 + height < innerHeight - 8;
    sheet.style.left = `${Math.max(8, Math.min(x - width / 2, innerWidth - width - 8))}px`;
    sheet.style.top = `${Math.max(8, isRoomBelow ? y + 8 : Math.min(y - 36 - height, innerHeight - height - 8))}px`;
    sheet.querySelector("input")?.focus();
  }, [at]);
  return (
    <div
      ref={place}
      className="picker"
      popover="auto"
      role="dialog"
      aria-label="Add a step"
      onKeyDown={(event) => event.stopPropagation()}
      onToggle={(event) => event.newState === "closed" && closeSheet()}
    >
      <PickList
        label="Steps to add"
        placeholder="Add a step…"
        picks={picks}
        empty="No step is called like this."
        onPicked={closeSheet}
        typed={typedAhead}
      />
    </div>
  );
}

/** Every kind of step; and where nothing would be lost by it, the steps that the way can lead to instead. */
function picksFor(journey: Journey, pointer: string): Pick[] {
  const kinds = KIND_LIST.map((kind): Pick => {
    const look = lookOf(kind);
    return {
      id: kind,
      title: look.title,
      hint: look.hint,
      words: look.words,
      group: "New step",
      path: look.icon,
      hue: look.hue,
      perform: () => {
        addStep(kind, pointer);
        focusPanel();
      },
    };
  });
  const way = wayAt(journey, pointer);
  if (way === null || way.from === null) return kinds;
  const { from, next } = way;
  const others = next === null ? 1 : (spanning(journey).waysTo.get(next)?.length ?? 1) - 1;
  if (others === 0) return kinds;
  const joins = order(journey)
    .filter((id) => id !== from && id !== next && !reaches(journey, id, from))
    .flatMap((id): Pick[] => {
      const step = journey.steps[id];
      if (step === undefined) return [];
      const { icon, hue, title } = kindOf(step);
      return [
        {
          id: `join:${id}`,
          title: titleOf(id, step),
          hint: summaryOf(step) || title,
          words: ["join", "go to", "jump"],
          group: "Go on at",
          path: icon,
          hue,
          perform: () => {
            useEditor
              .getState()
              .edit("Join branch", (now) => ({ ...setNext(now, pointer, id), select: { steps: [id], way: null } }));
            goTo({ step: id });
          },
        },
      ];
    });
  const end: Pick = {
    id: "end",
    title: "Nowhere: people finish here",
    words: ["end", "stop", "detach", "leave"],
    group: "Go on at",
    icon: "stop",
    perform: () => useEditor.getState().edit("End branch", (now) => setNext(now, pointer, null)),
  };
  return [...kinds, ...joins, ...(next === null ? [] : [end])];
}
