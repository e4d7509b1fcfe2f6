/** The people of one journey: who stands where, by step and status, page by page. */
import { useEffect, useMemo, useState } from "react";
import type { Page_ParticipantShape_, ParticipantShape } from "../api/api.gen";
import { ask, get } from "../api/client";
import { titleIn } from "../editor/naming";
import { sayFailure } from "../editor/standing";
import { sayDistance, sayInstant } from "../journey/times";
import { order } from "../journey/tree";
import { goWith, pathTo, useAddress } from "../routes";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { notify } from "../ui/Notices";
import "./PeoplePage.css";
import { useLiveJourney } from "./liveJourney";
import { PageHead } from "./PageHead";
import { Status } from "./Status";

const STATUSES = ["ready", "waiting", "paused", "blocked", "finished", "exited"] as const;
const LIMIT = 50;

export function PeoplePage({ id }: { id: string }) {
  const { query } = useAddress();
  const journey = useLiveJourney(id);
  const step = query.step ?? "";
  const status = query.status ?? "";
  const { people, next, failure, more, reload } = usePeople(id, step, status);
  const blocked = people?.filter((person) => person.status === "blocked") ?? [];
  const steps = useMemo(() => (journey ? order(journey) : []), [journey]);
  return (
    <div className="page">
      <PageHead id={id} journey={journey} title="People" />
      <main className="people">
        <form className="people-filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            <span>At step</span>
            <select value={step} onChange={(event) => goWith({ step: event.target.value })}>
              <option value="">any</option>
              {steps.map((stepId) => (
                <option key={stepId} value={stepId}>
                  {titleIn(stepId, journey)}
                </option>
              ))}
              {step !== "" && !steps.includes(step) && <option value={step}>{step}</option>}
            </select>
          </label>
          <label>
            <span>Status</span>
            <select value={status} onChange={(event) => goWith({ status: event.target.value })}>
              <option value="">any</option>
              {STATUSES.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <span className="people-gap" />
          {blocked.length > 0 && (
            <Button onClick={() => void retryAll(blocked).then(reload)}>
              <Icon name="redo" />
              Retry {blocked.length === 1 ? "the blocked one" : `these ${blocked.length} blocked`}
            </Button>
          )}
          <Button look="quiet" onClick={reload} aria-label="Look again" title="Look again">
            <Icon name="history" />
          </Button>
        </form>
        {failure && <p role="alert">{failure}</p>}
        {people !== null && people.length === 0 ? (
          <p className="people-none">{step || status ? "Nobody is there." : "Nobody has come yet."}</p>
        ) : (
          people !== null && <PeopleTable id={id} people={people} journey={journey} onDone={reload} />
        )}
        {next !== null && <Button onClick={more}>Show more</Button>}
      </main>
    </div>
  );
}

interface TableProps {
  id: string;
  people: readonly ParticipantShape[];
  journey: ReturnType<typeof useLiveJourney>;
  onDone: () => void;
}

function PeopleTable({ id, people, journey, onDone }: TableProps) {
  return (
    <div className="people-scroll">
      <table className="people-table">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Status</th>
            <th scope="col">Step</th>
            <th scope="col">Due</th>
            <th scope="col">Entered</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.id}>
              <th scope="row">
                <a href={pathTo({ page: "person", id, participant: person.id })}>
                  {person.address || person.endpoint_id}
                </a>
                {person.passage_key && <small>{person.passage_key}</small>}
              </th>
              <td>
                <Status status={person.status} />
                {person.status === "blocked" && (
                  <Button
                    look="quiet"
                    aria-label={`Retry ${person.address || person.endpoint_id}`}
                    onClick={() => void retryAll([person]).then(onDone)}
                  >
                    Retry
                  </Button>
                )}
              </td>
              <td>{titleIn(person.step_id, journey)}</td>
              <td>{person.due_at && <time title={sayInstant(person.due_at)}>{sayDistance(person.due_at)}</time>}</td>
              <td>
                <time title={sayInstant(person.enrolled_at)}>{sayDistance(person.enrolled_at)}</time>
              </td>
              <td>{person.version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Have blocked people try again, one after the other. */
async function retryAll(people: readonly ParticipantShape[]): Promise<void> {
  try {
    for (const person of people) await ask(`/v1/participants/${person.id}/retry`, { method: "POST" });
    notify({ text: people.length === 1 ? "They try the same step again." : `${people.length} people try again.` });
  } catch (error) {
    notify({ text: sayFailure(error) });
  }
}

function usePeople(id: string, step: string, status: string) {
  const [people, setPeople] = useState<readonly ParticipantShape[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failure, setFailure] = useState("");
  const [times, setTimes] = useState(0);
  const load = async (after: string | null, signal?: AbortSignal) => {
    const asked = new URLSearchParams({ limit: String(LIMIT) });
    if (step) asked.set("step", step);
    if (status) asked.set("status", status);
    if (after) asked.set("after", after);
    const page = await get<Page_ParticipantShape_>(`/v1/journeys/${id}/participants?${asked}`, signal);
    setPeople((before) => [...(after ? (before ?? []) : []), ...page.results]);
    setNext(page.next ?? null);
    setFailure("");
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `times` asks anew
  useEffect(() => {
    const leaving = new AbortController();
    load(null, leaving.signal).catch((error: unknown) => {
      if (!leaving.signal.aborted) setFailure(sayFailure(error));
    });
    return () => leaving.abort();
  }, [id, step, status, times]);
  const more = () => {
    load(next).catch((error: unknown) => setFailure(sayFailure(error)));
  };
  return { people, next, failure, more, reload: () => setTimes((count) => count + 1) };
}
