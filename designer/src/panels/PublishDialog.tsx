/** What publishing does, before it is done: what changed, what is wrong, and what becomes of the people inside. */
import { useEffect, useMemo, useState } from "react";
import type { PublishAnswer } from "../api/api.gen";
import { ApiError } from "../api/client";
import { paint, wipePaint } from "../editor/painting";
import { type Outlook, publish, readOutlook, strandedBy } from "../editor/publishing";
import { countInside, sayFailure, useStanding } from "../editor/standing";
import { useEditor, useJourney } from "../editor/store";
import { type Difference, diffJourneys } from "../journey/diff";
import type { Journey } from "../journey/journey.gen";
import { goWith } from "../routes";
import { titleOf } from "../steps/registry";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { ChangeList } from "./ChangeList";
import "./PublishDialog.css";
import { PeopleChoice } from "./PeopleChoice";
import { ProblemLines } from "./ProblemLines";

const close = () => goWith({ dialog: "" });

export function PublishDialog() {
  const id = useEditor((state) => state.journeyId);
  const summary = useStanding((state) => state.summary);
  const live = summary?.live_version ?? null;
  const isKnown = summary !== null;
  const [outlook, setOutlook] = useState<Outlook | null>(null);
  const [people, setPeople] = useState<"finish" | "exit">("finish");
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState<PublishAnswer | null>(null);

  useEffect(() => {
    if (id === "" || !isKnown || done !== null) return;
    const leaving = new AbortController();
    readOutlook(id, live, leaving.signal)
      .then((found) => {
        if (leaving.signal.aborted) return;
        setOutlook(found);
      })
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) setFailure(asApiError(error));
      });
    return () => leaving.abort();
  }, [id, live, isKnown, done]);
  const journey = useJourney();
  const before = outlook?.before ?? null;
  const changes = useMemo(() => (before && journey ? diffJourneys(before, journey) : null), [before, journey]);
  useEffect(() => {
    if (changes !== null && done === null) paint(changes);
    return wipePaint;
  }, [changes, done]);

  const go = async (base: number | null) => {
    setBusy(true);
    setFailure(null);
    try {
      setDone(await publish(id, people, base));
    } catch (error) {
      setFailure(asApiError(error));
    } finally {
      setBusy(false);
    }
  };

  if (done !== null) return <Published answer={done} />;
  const errors = outlook?.problems.filter(({ severity }) => severity === "error") ?? [];
  const isSame = changes?.length === 0;
  const isOutdated = failure?.status === 409;
  return (
    <Dialog
      title={live === null ? "Publish" : `Publish version ${live + 1}`}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            disabled={isBusy || outlook === null || errors.length > 0}
            onClick={() => void go(isOutdated ? live : null)}
          >
            {isOutdated ? "Publish over it" : isBusy ? "Publishing…" : isSame ? "Publish again" : "Publish"}
          </Button>
        </>
      }
    >
      <div className="publish" aria-busy={outlook === null}>
        {failure && (
          <div className="publish-failure" role="alert">
            <p>{failure.message}</p>
            {failure.problems.length > 0 && <ProblemLines problems={failure.problems} />}
          </div>
        )}
        {outlook === null ? (
          failure === null && <p className="panel-quiet">Looking at what has changed…</p>
        ) : (
          <>
            <ProblemsPart outlook={outlook} />
            <ChangesPart changes={changes} before={before} live={live} />
            {live !== null && (
              <PeopleChoice
                inside={countInside(summary)}
                live={live}
                stranded={strandedBy(changes ?? [], outlook.counts)}
                before={before}
                value={people}
                onChange={setPeople}
              />
            )}
            <p className="publish-note">
              <Icon name="lock" />
              Mails are kept as they are now. A later change of a template reaches people when you publish again.
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}

function ProblemsPart({ outlook }: { outlook: Outlook }) {
  const { problems } = outlook;
  if (problems.length === 0) return null;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return (
    <section>
      <h3>
        {errors > 0 ? `${errors === 1 ? "One thing stands" : `${errors} things stand`} in the way` : "Worth a look"}
      </h3>
      <ProblemLines problems={problems} onLeave={close} />
    </section>
  );
}

interface ChangesProps {
  changes: readonly Difference[] | null;
  before: Journey | null;
  live: number | null;
}

function ChangesPart({ changes, before, live }: ChangesProps) {
  const journey = useJourney();
  if (changes === null) {
    const titles = Object.entries(journey?.steps ?? {}).map(([id, step]) => titleOf(id, step));
    return (
      <section>
        <h3>{live === null ? "The first version" : `Version ${live + 1}`}</h3>
        <p>
          {titles.length === 1 ? "One step" : `${titles.length} steps`}: {titles.slice(0, 6).join(", ")}
          {titles.length > 6 && " …"}
        </p>
      </section>
    );
  }
  return (
    <section>
      <h3>{changes.length === 0 ? `Nothing has changed since version ${live}` : `Changes since version ${live}`}</h3>
      {changes.length === 0 ? (
        <p className="panel-quiet">Publish again only if one of its templates has changed.</p>
      ) : (
        <ChangeList changes={changes} other={before} />
      )}
    </section>
  );
}

function Published({ answer }: { answer: PublishAnswer }) {
  const pinned = Object.entries(answer.templates).map(([name, version]) => `${name} (${version})`);
  return (
    <Dialog
      title={answer.is_new ? `Version ${answer.version} is live` : `Version ${answer.version} was live already`}
      size="small"
      onClose={close}
      footer={
        <>
          <Button onClick={() => goWith({ dialog: "", view: "live" })}>Watch it live</Button>
          <Button look="primary" onClick={() => goWith({ dialog: "enroll" })}>
            Enroll me…
          </Button>
        </>
      }
    >
      <div className="publish">
        <p role="status">
          {answer.is_new ? "Whoever enters from now on walks it." : "It is the same, so nothing has changed."}
        </p>
        {pinned.length > 0 && <p className="panel-quiet">Mails at the versions of now: {pinned.join(", ")}.</p>}
      </div>
    </Dialog>
  );
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "unknown", sayFailure(error));
}
