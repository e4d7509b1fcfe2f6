/** The person a mail is tried with: somebody who came lately, or one made up as JSON. Kept while the page is open. */
import { useEffect } from "react";
import { create } from "zustand";
import type { EndpointShape, RecentEndpoints } from "../../api/api.gen";
import { get } from "../../api/client";
import { isObject, type JsonObject } from "../../journey/values";

/** What a template may name of a person. */
export interface Person {
  endpoint: JsonObject;
  user: JsonObject;
  context: JsonObject;
}

/** Somebody made up is chosen by this. */
export const MADE_UP = "";

interface State {
  recent: readonly EndpointShape[];
  /** The id of an endpoint, or MADE_UP; null until people are known. */
  chosen: string | null;
  /** As it is typed. */
  source: string;
}

export const FIRST_SOURCE = `{
  "endpoint": {"attributes": {"first_name": "Ada"}},
  "user": {"attributes": {}},
  "context": {}
}`;

const usePeopleState = create<State>()(() => ({ recent: [], chosen: null, source: FIRST_SOURCE }));
let isAsked = false;

async function askPeople(): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  try {
    const { results } = await get<RecentEndpoints>("/v1/endpoints");
    usePeopleState.setState(({ chosen }) => ({ recent: results, chosen: chosen ?? results[0]?.id ?? MADE_UP }));
  } catch {
    isAsked = false;
    usePeopleState.setState(({ chosen }) => ({ chosen: chosen ?? MADE_UP }));
  }
}

export function usePeople(): State {
  useEffect(() => {
    void askPeople();
  }, []);
  return usePeopleState();
}

export function choosePerson(chosen: string): void {
  usePeopleState.setState({ chosen });
}

export function describePerson(source: string): void {
  usePeopleState.setState({ source });
}

/** The chosen person; null while a made up one cannot be read. */
export function personOf({ recent, chosen, source }: State): Person | null {
  const found = recent.find(({ id }) => id === chosen);
  if (found === undefined) return readPerson(source);
  const { id, address, attributes, time_zone, locale, user } = found;
  return { endpoint: { id, address, attributes, time_zone, locale }, user: user ? { ...user } : {}, context: {} };
}

/** A person in JSON: `endpoint`, `user` and `context`, each as the template names it. */
export function readPerson(source: string): Person | null {
  try {
    const value: unknown = JSON.parse(source);
    if (!isObject(value)) return null;
    const { endpoint = {}, user = {}, context = {} } = value;
    return isObject(endpoint) && isObject(user) && isObject(context) ? { endpoint, user, context } : null;
  } catch {
    return null;
  }
}
