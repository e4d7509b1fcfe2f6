/** Where one is: everything that can be shared is in the address. Knows no page. */
import { useSyncExternalStore } from "react";

const BASE = "/designer";

export type Route =
  | { page: "journeys" }
  | { page: "journey"; id: string }
  | { page: "people"; id: string }
  | { page: "person"; id: string; participant: string }
  | { page: "nowhere" };

/** What the address says beside the page: `step`, `panel`, `version`, `status`, … */
export type Query = Readonly<Record<string, string>>;

/** Read the page out of a path. */
export function readRoute(path: string): Route {
  const parts = path.slice(BASE.length).split("/").filter(Boolean).map(decodeURIComponent);
  const [first, id, third, participant] = parts;
  if (first === undefined) return { page: "journeys" };
  if (first !== "j" || id === undefined) return { page: "nowhere" };
  if (third === undefined) return { page: "journey", id };
  if (third !== "people" || parts.length > 4) return { page: "nowhere" };
  return participant === undefined ? { page: "people", id } : { page: "person", id, participant };
}

/** The address of a page. */
export function pathTo(route: Exclude<Route, { page: "nowhere" }>, query: Query = {}): string {
  const parts =
    route.page === "journeys"
      ? []
      : [
          "j",
          route.id,
          ...(route.page === "journey" ? [] : ["people"]),
          ...(route.page === "person" ? [route.participant] : []),
        ];
  const search = new URLSearchParams(query).toString();
  return `${BASE}/${parts.map(encodeURIComponent).join("/")}${search && `?${search}`}`;
}

/** Go to an address of ours; `replace` leaves no mark in the browser's history. */
export function go(path: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Change some of the query and stay: an empty value takes a name out. */
export function goWith(change: Query): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const search = query.toString();
  if (search === location.search.slice(1)) return;
  go(`${location.pathname}${search && `?${search}`}`, { replace: true });
}

/** The address as it changes. */
export function useAddress(): { route: Route; query: Query } {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const url = new URL(address, location.origin);
  return { route: readRoute(url.pathname), query: Object.fromEntries(url.searchParams) };
}

/** Links to our own pages change the address without loading everything anew; those meant for another tab are left to the browser. */
export function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link === null || !isPlain || event.defaultPrevented || link.target !== "" || link.hasAttribute("download"))
    return;
  const { origin, pathname, search } = new URL(link.href, location.href);
  if (origin !== location.origin || !pathname.startsWith(`${BASE}/`)) return;
  event.preventDefault();
  go(pathname + search);
}

function subscribe(changed: () => void): () => void {
  addEventListener("popstate", changed);
  return () => removeEventListener("popstate", changed);
}
