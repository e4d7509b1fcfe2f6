/** Walk the journey in imagination: one person with what they do, or many; the path or the counts light up on the canvas. */
import { useEffect } from "react";
import { useEditor, useJourney } from "../editor/store";
import { rewrite, simulate, stopShowing, useTrying } from "../editor/trying";
import { ChoiceField } from "../ui/fields/ChoiceField";
import { Imagined } from "./Imagined";
import { ProblemLines } from "./ProblemLines";
import { Script } from "./Script";
import { TracePath } from "./TracePath";
import "./TryPanel.css";

/** So long after the last change the server is asked, in milliseconds. */
const PAUSE = 250;

export function TryPanel() {
  const { mode } = useTrying((state) => state.script);
  const failure = useTrying((state) => state.failure);
  const problems = useTrying((state) => state.problems);
  useSimulated();
  return (
    <section className="panel try">
      <header>
        <h2>Try it</h2>
        <p className="panel-quiet">In imagination, with what you see: nothing is sent, and nobody enters.</p>
      </header>
      <ChoiceField
        label="Who walks"
        value={mode}
        options={[
          { value: "one", label: "One person" },
          { value: "many", label: "Many people" },
        ]}
        onChange={(chosen) => rewrite({ mode: chosen })}
      />
      {mode === "one" && <Script />}
      {failure ? (
        <div className="try-failure" role="alert">
          <p>{problems.length > 0 ? "It can be tried once these are mended:" : failure}</p>
          <ProblemLines problems={problems.filter(({ severity }) => severity === "error")} onLeave={() => {}} />
        </div>
      ) : mode === "one" ? (
        <TracePath />
      ) : (
        <Imagined />
      )}
    </section>
  );
}

/** Ask anew whenever document or script change; take the lights off the canvas in the end. */
function useSimulated(): void {
  const journey = useJourney();
  const journeyId = useEditor((state) => state.journeyId);
  const script = useTrying((state) => state.script);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the script is read when it is asked
  useEffect(() => {
    if (journey === null) return;
    const leaving = new AbortController();
    const timer = setTimeout(() => void simulate(journeyId, journey, leaving.signal), PAUSE);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [journey, journeyId, script]);
  useEffect(() => stopShowing, []);
}
