/** What a decision says to people: its outcome and its grounds in plain words. Knows outcomes and conditions; no step kind. */
import { OPERATORS, sayValue } from "./conditions";
import { sayDuration } from "./durations";
import type { Journey } from "./journey.gen";
import { sayInstant } from "./times";
import { isObject } from "./values";
import { waysOf } from "./ways";

/** A decision as the API tells it, of a person or of a simulated one. */
export interface Told {
  step: string | null;
  outcome: string;
  branch: string | null;
  grounds: Readonly<Record<string, unknown>>;
}

/** One ground. */
export interface Ground {
  text: string;
  /** Whether it was so, where that was asked. */
  held: boolean | null;
  /** 1 for what is asked inside another. */
  depth: number;
}

type Grounds = Readonly<Record<string, unknown>>;

/** What happened, in three words: "Took Pro". */
export function tellOutcome(told: Told, journey: Journey | null): string {
  const branch = told.branch === null ? "" : branchName(told, journey);
  const words: Readonly<Record<string, string>> = {
    queued: "Mail sent on its way",
    began_waiting: "Began to wait",
    kept_waiting: "Keeps waiting",
    waited: "Waited",
    went_on_at_once: "Went on at once",
    branched: `Took “${branch}”`,
    assigned: `Drew “${branch}”`,
    finished: "Finished",
    exited: "Left the journey",
  };
  return words[told.outcome] ?? capital(told.outcome.replaceAll("_", " "));
}

/** On what grounds, line by line. */
export function tellGrounds(told: Told, journey: Journey | null): Ground[] {
  const { grounds, outcome } = told;
  const lines: Ground[] = [];
  const say = (text: string) => lines.push({ text, held: null, depth: 0 });
  if (typeof grounds.template === "string")
    say(`Template ${grounds.template}${typeof grounds.version === "number" ? `, version ${grounds.version}` : ""}`);
  if (outcome === "went_on_at_once") say("The time had come already");
  for (const text of waitLines(grounds)) say(text);
  for (const asked of records(grounds.asked)) {
    const name = typeof asked.branch === "string" ? branchName({ ...told, branch: asked.branch }, journey) : "";
    if (isObject(asked.condition)) lines.push(...conditionLines(asked.condition, journey, name));
  }
  if (isObject(grounds.condition)) lines.push(...conditionLines(grounds.condition, journey, ""));
  if (grounds.drawn === "now") say("Drawn by chance, by the weights; it stays theirs");
  if (grounds.drawn === "earlier") say("Drawn earlier, and kept");
  if (typeof grounds.reason === "string") say(sayReason(grounds.reason));
  return lines;
}

const REASONS: Readonly<Record<string, string>> = {
  exit_when: "The journey's exit condition held",
  stopped: "The journey was stopped",
  new_version: "A new version was published, and people inside were let out",
  removed: "Somebody let them out by hand",
  erased: "They were erased",
  unsubscribed: "They unsubscribed",
};

/** Why somebody left. */
export function sayReason(reason: string): string {
  return REASONS[reason] ?? capital(reason.replaceAll("_", " "));
}

function waitLines(grounds: Grounds): string[] {
  const said: string[] = [];
  if (typeof grounds.for === "string") said.push(`Wait of ${sayDuration(grounds.for)}`);
  if (typeof grounds.until === "string") said.push(`Until ${sayInstant(grounds.until, "UTC")} UTC`);
  if (typeof grounds.attribute === "string")
    said.push(
      grounds.missing === true
        ? `There is no ${grounds.attribute}`
        : `${offset(grounds.offset)}${grounds.attribute}, which is ${sayValue(grounds.saw)}`,
    );
  if (typeof grounds.time === "string") {
    const days = Array.isArray(grounds.weekdays) ? ` on ${grounds.weekdays.map(String).map(capital).join(", ")}` : "";
    said.push(`When their clock shows ${grounds.time}${days}`);
  }
  if (typeof grounds.paused === "string") said.push(`Prolonged by a pause of ${sayDuration(grounds.paused)}`);
  if (typeof grounds.due_at === "string") said.push(`Until ${sayInstant(grounds.due_at, "UTC")} UTC`);
  if (typeof grounds.zone === "string")
    said.push(`Time zone ${grounds.zone}${ZONES[String(grounds.zone_source)] ?? ""}`);
  return said.filter((text, index) => said.indexOf(text) === index);
}

const ZONES: Readonly<Record<string, string>> = {
  endpoint: ", their own",
  project: ", the project's",
  default: ", as nobody has said theirs",
};

function conditionLines(condition: Grounds, journey: Journey | null, name: string, depth = 0): Ground[] {
  const held = condition.held === true;
  const prefix = name === "" ? "" : `${name}: `;
  const asked = records(condition.asked);
  const joint = JOINTS[String(condition.type)];
  if (joint === undefined) return [{ text: prefix + sayAsked(condition, journey), held, depth }];
  return [
    { text: prefix + joint, held, depth },
    ...asked.flatMap((inner) => conditionLines(inner, journey, "", Math.min(depth + 1, 3))),
  ];
}

const JOINTS: Readonly<Record<string, string>> = { all: "all of these", any: "any of these", not: "not this" };

function sayAsked(asked: Grounds, journey: Journey | null): string {
  if (asked.type === "event") {
    const times = typeof asked.count === "number" && asked.count > 1 ? ` ${asked.count} times` : "";
    const window = typeof asked.within === "string" ? `in the last ${sayDuration(asked.within)}` : "since they came in";
    const seen = records(asked.saw).map((event) => sayInstant(String(event.occurred_at), "UTC"));
    return `event ${String(asked.event)}${times} ${window} (${seen.length > 0 ? `seen ${seen.join("; ")} UTC` : "not seen"})`;
  }
  if (asked.type === "message") {
    const step = String(asked.step);
    const seen = Array.isArray(asked.saw) && asked.saw.length > 0 ? asked.saw.join(", ") : "nothing known yet";
    return `the mail of “${journey?.steps[step]?.name ?? step}” was ${String(asked.outcome)} (${seen})`;
  }
  const whose = { user_attribute: "the user's ", context: "context ", event_attribute: "the event's " };
  const owner = Object.entries(whose).find(([type]) => type === asked.type)?.[1] ?? "";
  const value = asked.op === "exists" ? "" : ` ${sayValue(asked.value)}`;
  const saw = asked.missing === true ? "it is not known" : `it is ${sayValue(asked.saw)}`;
  return `${owner}${String(asked.name)} ${WORDS[String(asked.op)] ?? String(asked.op)}${value} (${saw})`;
}

/** By name, whatever the name: a decision may be older than an operator. */
const WORDS: Readonly<Record<string, string>> = OPERATORS;

/** The branch's name as the author wrote it. */
function branchName(told: Pick<Told, "step" | "branch">, journey: Journey | null): string {
  const ways = journey === null || told.step === null ? [] : waysOf(journey, told.step);
  const words: Readonly<Record<string, string>> = { held_out: "Held out", travels: "Goes on", else: "Everyone else" };
  return ways.find(({ branch }) => branch === told.branch)?.label ?? words[String(told.branch)] ?? String(told.branch);
}

function offset(value: unknown): string {
  if (typeof value !== "string") return "At ";
  return value.startsWith("-")
    ? `${capital(sayDuration(value.slice(1)))} before `
    : `${capital(sayDuration(value))} after `;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function records(value: unknown): readonly Grounds[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
