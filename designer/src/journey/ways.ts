/** Where a journey goes on: every place of a document that names, or could name, the step that follows. Knows no step kind: the schema says it. */
import schema from "../../../journeys/journey.schema.json";
import type { Journey, Step } from "./journey.gen";

/** One way out of a step, or the way in. */
export interface Way {
  /** The step it leaves; null for the way into the journey. */
  from: string | null;
  /** JSON Pointer of the place that names what follows, whether or not it is there: `/start`, `/steps/plan/branches/0/next`. Names the way. */
  pointer: string;
  /** What decisions call it: the branch's id, or the name of its place (`else`, `missing`, `travels`); null where one merely goes on. */
  branch: string | null;
  /** What people call it. */
  label: string | null;
  /** Percent of those who come by, where that is fixed. */
  share: number | null;
  /** The step that follows; null where people finish. */
  next: string | null;
}

/** What ways without a name of their own are called. */
const LABELS: Readonly<Record<string, string>> = { else: "Everyone else", missing: "Date missing" };

interface Shape {
  type?: string;
  description?: string;
  required?: readonly string[];
  oneOf?: readonly Shape[];
  default?: unknown;
  /** What decisions call a way that has no name in the document. */
  "x-branch"?: string;
  $ref?: string;
  properties?: Readonly<Record<string, Shape>>;
  items?: Shape;
}

const DEFINITIONS: Readonly<Record<string, Shape>> = schema.$defs;

/** Ends the name of a place that is there even when the document leaves it out, as `else` is. */
const ALWAYS = "?";

/** A place of `next`: the names that lead to what holds it, `*` for each element of a list, and what decisions call it if not by those. */
interface Place {
  path: readonly string[];
  branch: string | null;
}

/** The places of `next` in each step kind, in the schema's order. */
const PLACES: ReadonlyMap<string, readonly Place[]> = new Map(
  Object.entries(schema.$defs.Step.discriminator.mapping).map(([kind, reference]) => [
    kind,
    placesOf({ $ref: reference }),
  ]),
);

function placesOf(shape: Shape): Place[] {
  const target = shape.$ref === undefined ? shape : DEFINITIONS[shape.$ref.slice("#/$defs/".length)];
  return Object.entries(target?.properties ?? {}).flatMap(([name, inner]) => {
    if (name === "next") return [{ path: [], branch: inner["x-branch"] ?? null }];
    if (inner.items?.$ref) return within([name, "*"], inner.items);
    if (!inner.$ref || inner.$ref.endsWith("/Condition")) return [];
    return within([isRecord(inner.default) ? name + ALWAYS : name], inner);
  });
}

function within(names: readonly string[], shape: Shape): Place[] {
  return placesOf(shape).map(({ path, branch }) => ({ path: [...names, ...path], branch }));
}

/** The way into a journey. */
export function wayIn(journey: Journey): Way {
  return { from: null, pointer: "/start", branch: null, label: null, share: null, next: known(journey, journey.start) };
}

/** The ways of steps as they are written: a step never changes, and most edits leave most steps as they are. */
const written = new WeakMap<Step, { id: string; ways: readonly Way[] }>();

/** Every way out of a step, in the order in which they are drawn; the one that merely goes on comes last. */
export function waysOf(journey: Journey, id: string): Way[] {
  const step = journey.steps[id];
  if (step === undefined) return [];
  return writtenWays(step, id).map((way) => (way.next === known(journey, way.next) ? way : { ...way, next: null }));
}

/** The ways of a step, whether or not the steps they name are there. */
function writtenWays(step: Step, id: string): readonly Way[] {
  const before = written.get(step);
  if (before?.id === id) return before.ways;
  const ways = (PLACES.get(step.type) ?? [])
    .flatMap((place) => follow(step, place, `/steps/${id}`))
    .map((found) => ({
      from: id,
      pointer: found.pointer,
      branch: found.branch,
      label: found.isNamed ? found.branch && (text(found.holder.name) ?? LABELS[found.branch] ?? found.branch) : null,
      share: typeof found.holder.weight === "number" ? found.holder.weight : null,
      next: text(found.holder.next),
    }));
  written.set(step, { id, ways });
  return ways;
}

/** Every way of a journey, the way in first. */
export function allWays(journey: Journey): Way[] {
  return [wayIn(journey), ...Object.keys(journey.steps).flatMap((id) => waysOf(journey, id))];
}

interface Found {
  pointer: string;
  branch: string | null;
  /** The document names it. */
  isNamed: boolean;
  holder: Readonly<Record<string, unknown>>;
}

function follow(step: Step, { path, branch }: Place, pointer: string): Found[] {
  let found: Found[] = [{ pointer, branch, isNamed: false, holder: { ...step } }];
  for (const part of path) {
    const name = part.endsWith(ALWAYS) ? part.slice(0, -ALWAYS.length) : part;
    found = found.flatMap(({ pointer, holder }) => {
      const inner =
        name === "*" ? Object.entries(holder) : [[name, holder[name] ?? (name === part ? null : {})] as const];
      return inner.flatMap(([key, value]) =>
        isRecord(value)
          ? [
              {
                pointer: `${pointer}/${key}`,
                holder: value,
                branch: name === "*" ? text(value.id) : key,
                isNamed: true,
              },
            ]
          : [],
      );
    });
  }
  return found.map((each) => ({ ...each, pointer: `${each.pointer}/next` }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function known(journey: Journey, next: unknown): string | null {
  return typeof next === "string" && Object.hasOwn(journey.steps, next) ? next : null;
}
