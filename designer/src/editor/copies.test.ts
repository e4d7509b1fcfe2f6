import { describe, expect, test } from "vitest";
import { formatJourney } from "../journey/format";
import type { Journey } from "../journey/journey.gen";
import { sortOut } from "./copies";
import type { CrashCopy } from "./crashCopy";
import { begin } from "./history";
import { NOTHING } from "./store";

const SAVED = named("Saved");
const PLACE = { tab: "own", living: new Set<string>(), saved: { source: formatJourney(SAVED), etag: "2" } };

function named(name: string): Journey {
  return { format: 1, name, entry: { type: "api" }, start: "", steps: {} };
}

function copy(tab: string, at: number, journey: Journey, more: Partial<CrashCopy> = {}): CrashCopy {
  const history = begin({ journey, selection: NOTHING });
  return { journeyId: "j", tab, at, etag: "1", base: "", raw: null, history, isSaved: false, ...more };
}

describe("copies of unsaved work", () => {
  test("the newest that a tab left behind is opened, the others are offered after it", () => {
    const [older, newer] = [copy("a", 1, named("Older")), copy("b", 2, named("Newer"))];
    expect(sortOut([older, newer], PLACE)).toEqual({ open: newer, isAsSaved: false, later: [older], done: [newer] });
  });

  test("what this tab had not saved comes before what others left behind", () => {
    const [own, other] = [copy("own", 1, named("Own")), copy("b", 2, named("Other"))];
    expect(sortOut([other, own], PLACE)).toMatchObject({ open: own, later: [other], done: [] });
  });

  test("what another tab has open is that tab's", () => {
    const other = copy("b", 2, named("Other"));
    const none = { open: null, isAsSaved: true, later: [], done: [] };
    expect(sortOut([other], { ...PLACE, living: new Set(["b"]) })).toEqual(none);
  });

  test("a text that is no journey is work, too", () => {
    const typed = copy("b", 2, SAVED, { raw: "{" });
    expect(sortOut([typed], PLACE)).toMatchObject({ open: typed, isAsSaved: false });
  });
});

describe("copies of what is saved", () => {
  test("one that says the same as the server, whenever it was made, gives only its history", () => {
    const same = copy("b", 2, SAVED);
    expect(sortOut([same], PLACE)).toEqual({ open: same, isAsSaved: true, later: [], done: [same] });
  });

  test("one that others have saved over since is forgotten", () => {
    const outdated = copy("b", 2, named("Outdated"), { isSaved: true });
    expect(sortOut([outdated], PLACE)).toEqual({ open: null, isAsSaved: true, later: [], done: [outdated] });
  });

  test("while the server is away any is better than none, and a living tab keeps its own", () => {
    const other = copy("b", 2, SAVED, { isSaved: true });
    const away = { ...PLACE, saved: null };
    expect(sortOut([other], away)).toEqual({ open: other, isAsSaved: true, later: [], done: [other] });
    expect(sortOut([other], { ...away, living: new Set(["b"]) })).toMatchObject({ open: other, done: [] });
  });
});
