/** What happened to one person, and why; where they stand, and what comes next. */
import { useEffect, useState } from "react";
import type { InstallationShape, Timeline } from "../api/api.gen";
import { ApiError, ask, get } from "../api/client";
import { titleIn } from "../editor/naming";
import { repeat } from "../editor/polling";
import { sayFailure, temporalLink } from "../editor/standing";
import { sayReason } from "../journey/grounds";
import type { Journey } from "../journey/journey.gen";
import { sayDistance, sayInstant } from "../journey/times";
import { pathTo } from "../routes";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { notify } from "../ui/Notices";
import { useLiveJourney } from "./liveJourney";
import { PageHead } from "./PageHead";
import { PersonTimeline } from "./PersonTimeline";
import "./PersonPage.css";
import { Status } from "./Status";

/** Somebody who is due this moment is looked at more often than somebody who waits for days. */
const SECONDS = { soon: 1, later: 10 };

export function PersonPage({ id, participant }: { id: string; participant: string }) {
  const { person, installation, failure, reload } = usePerson(participant);
  const journey = useLiveJourney(id, person?.version);
  const people = { href: pathTo({ page: "people", id }), name: "People" };
  if (failure)
    return (
      <main className="nowhere">
        <h1>{failure}</h1>
        <a href={people.href}>Everybody</a>
      </main>
    );
  const name = person ? person.address || person.endpoint_id : "…";
  const workflow = person?.workflow_id ? temporalLink(installation, { workflowId: person.workflow_id }) : null;
  return (
    <div className="page">
      <PageHead id={id} journey={journey} title={name} above={people}>
        {workflow && (
          <a className="button" data-look="quiet" href={workflow} target="_blank" rel="noreferrer">
            <Icon name="external" />
            Temporal
          </a>
        )}
        {installation?.mailbox && (
          <a className="button" data-look="quiet" href={installation.mailbox}>
            <Icon name="mail" />
            Mailbox
          </a>
        )}
        {person && person.ended_at === null && <Exit person={person} onDone={reload} />}
      </PageHead>
      <main>
        {person && (
          <div className="person">
            <Standing person={person} journey={journey} onDone={reload} />
            <PersonTimeline person={person} journey={journey} onDone={reload} />
            <Facts person={person} journey={journey} />
          </div>
        )}
      </main>
    </div>
  );
}

/** Where they stand now, in one sentence, and what is next. */
function Standing({ person, journey, onDone }: { person: Timeline; journey: Journey | null; onDone: () => void }) {
  const step = titleIn(person.step_id, journey);
  const retry = () => {
    ask(`/v1/participants/${person.id}/retry`, { method: "POST" })
      .then(() => notify({ text: "They try the same step again." }))
      .catch((error: unknown) => notify({ text: sayFailure(error) }))
      .finally(onDone);
  };
  return (
    <section className="person-standing" aria-label="Where they stand">
      <Status status={person.status} />
      <div role="status">
        <h2>{sayStanding(person, step)}</h2>
        {person.due_at !== null && person.status !== "blocked" && (
          <p>
            Wakes {sayDistance(person.due_at)}:{" "}
            {person.time_zone !== "UTC" && (
              <>
                <time>{sayInstant(person.due_at, person.time_zone)}</time> on their clock ({person.time_zone}),{" "}
              </>
            )}
            <time dateTime={person.due_at}>{sayInstant(person.due_at, "UTC")}</time> UTC
          </p>
        )}
        {person.status === "blocked" && (
          <>
            <p className="person-error">{person.error}</p>
            <p>A fault on our side stopped them here. Once it is mended, let them try again.</p>
          </>
        )}
        {person.ended_at !== null && <p>{sayInstant(person.ended_at)}</p>}
      </div>
      {person.status === "blocked" && (
        <Button look="primary" onClick={retry}>
          Retry
        </Button>
      )}
    </section>
  );
}

function sayStanding(person: Timeline, step: string): string {
  const words: Readonly<Record<string, string>> = {
    ready: `About to go on at “${step}”`,
    waiting: `Waiting at “${step}”`,
    paused: `Kept at “${step}” while the journey is paused`,
    blocked: `Blocked at “${step}”`,
    finished: `Finished at “${step}”`,
    exited: `Left at “${step}”: ${sayReason(person.reason ?? "unknown")}`,
  };
  return words[person.status] ?? person.status;
}

function Facts({ person, journey }: { person: Timeline; journey: Journey | null }) {
  const version = pathTo({ page: "journey", id: person.journey_id }, { version: String(person.version) });
  const context = Object.entries(person.context);
  return (
    <section className="person-facts" aria-label="About this passage">
      <dl>
        <dt>Entered</dt>
        <dd>{sayInstant(person.enrolled_at)}</dd>
        <dt>Journey</dt>
        <dd>
          <a href={version}>
            {journey?.name ?? person.journey_id}, version {person.version}
          </a>
        </dd>
        <dt>Endpoint</dt>
        <dd>{person.endpoint_id}</dd>
        {person.unit.startsWith("user:") && (
          <>
            <dt>User</dt>
            <dd>{person.unit.slice("user:".length)}</dd>
          </>
        )}
        {person.passage_key && (
          <>
            <dt>Passage</dt>
            <dd>{person.passage_key}</dd>
          </>
        )}
        <dt>Time zone</dt>
        <dd>
          {person.time_zone}
          {person.time_zone_source === "endpoint"
            ? ", their own"
            : person.time_zone_source === "project"
              ? ", the project's"
              : ", as nobody has said theirs"}
        </dd>
        {context.map(([name, value]) => (
          <div key={name} className="person-context">
            <dt>{name}</dt>
            <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Exit({ person, onDone }: { person: Timeline; onDone: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const exit = () => {
    close();
    ask(`/v1/participants/${person.id}`, { method: "DELETE" })
      .then(() => notify({ text: "They have left the journey." }))
      .catch((error: unknown) => notify({ text: sayFailure(error) }))
      .finally(onDone);
  };
  return (
    <>
      <Button look="quiet" onClick={() => setAsking(true)}>
        <Icon name="stop" />
        Let out…
      </Button>
      {isAsking && (
        <Dialog
          title={`Let ${person.address || "them"} out?`}
          size="small"
          onClose={close}
          footer={
            <>
              <Button onClick={close}>Keep them in</Button>
              <Button look="danger" onClick={exit}>
                Let out
              </Button>
            </>
          }
        >
          <p>Their passage ends here for good, and mail of it that waits is cancelled. What was sent stays sent.</p>
        </Dialog>
      )}
    </>
  );
}

function usePerson(participant: string) {
  const [person, setPerson] = useState<Timeline | null>(null);
  const [installation, setInstallation] = useState<InstallationShape | null>(null);
  const [failure, setFailure] = useState("");
  const [times, setTimes] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `times` asks anew
  useEffect(() => {
    let isSoon = true;
    return repeat(
      async (signal) => {
        try {
          const found = await get<Timeline>(`/v1/participants/${participant}`, signal);
          isSoon = found.status === "ready" || found.sends.some(({ state }) => MOVING.includes(state));
          setPerson((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found));
        } catch (error) {
          // Away for a moment is no reason to take down what is there.
          if (error instanceof ApiError && !error.isOffline) setFailure(error.message);
          throw error;
        }
      },
      () => (isSoon ? SECONDS.soon : SECONDS.later),
    );
  }, [participant, times]);
  useEffect(() => {
    const leaving = new AbortController();
    get<InstallationShape>("/v1/installation", leaving.signal).then(setInstallation, () => {});
    return () => leaving.abort();
  }, []);
  return { person, installation, failure, reload: () => setTimes((count) => count + 1) };
}

/** States in which a mail is about to change its state. */
const MOVING: readonly string[] = ["QUEUED", "CLAIMED", "IN_FLIGHT"];
