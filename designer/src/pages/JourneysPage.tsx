/** Every journey of the project: found, opened, made, copied, dropped. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { JourneySummary } from "../api/api.gen";
import icon from "../icon.svg";
import { goWith, useAddress } from "../routes";
import { nextScheme } from "../styles/scheme";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { JourneyRow } from "./journeys/JourneyRow";
import "./journeys/JourneysPage.css";
import { found, useFreshListing, useListing } from "./journeys/listing";
import { MiniGraph } from "./journeys/MiniGraph";
import { importFiles } from "./journeys/making";
import { NewJourneyDialog, useExamples } from "./journeys/NewJourneyDialog";

export function JourneysPage() {
  useFreshListing();
  const { query } = useAddress();
  const { journeys, failure } = useListing();
  const files = useRef<HTMLInputElement>(null);
  const search = query.q ?? "";
  const pick = () => files.current?.click();
  return (
    <DropPlace>
      <header className="journeys-bar">
        <img src={icon} alt="" width="24" height="24" />
        <b>Wend</b>
        <span className="journeys-gap" />
        <a className="button" data-look="quiet" href="/mailbox">
          Mailbox
        </a>
        <Button look="quiet" aria-label="Light or dark" title="Light or dark" onClick={nextScheme}>
          <Icon name="moon" />
        </Button>
      </header>
      <main className="journeys">
        <div className="journeys-head">
          <h1>Journeys</h1>
          <Search value={search} />
          <Button onClick={pick}>
            <Icon name="upload" />
            Import
          </Button>
          <Button look="primary" onClick={() => goWith({ new: "blank" })}>
            <Icon name="plus" />
            New journey
          </Button>
        </div>
        {failure && (
          <p className="journeys-failure" role="alert">
            <Icon name="offline" />
            {failure} {journeys !== null && "What you see may be old."}
          </p>
        )}
        {journeys === null && !failure && (
          <p className="journeys-none journeys-slow" role="status">
            Loading…
          </p>
        )}
        {journeys && <List journeys={journeys} search={search} />}
        {journeys?.length === 0 && <Beginnings />}
        <input
          ref={files}
          type="file"
          accept=".json,application/json"
          multiple
          hidden
          onChange={(event) => {
            void importFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </main>
      {query.new !== undefined && (
        <NewJourneyDialog
          like={query.new === "blank" ? "" : query.new}
          onClose={() => goWith({ new: "" })}
          onImport={() => {
            goWith({ new: "" });
            pick();
          }}
        />
      )}
    </DropPlace>
  );
}

function Search({ value }: { value: string }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input, textarea, dialog");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <div className="journeys-search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label="Search journeys"
        value={value}
        placeholder="Search"
        onChange={(event) => goWith({ q: event.target.value })}
        onKeyDown={(event) => event.key === "Escape" && goWith({ q: "" })}
      />
      <kbd>/</kbd>
    </div>
  );
}

function List({ journeys, search }: { journeys: readonly JourneySummary[]; search: string }) {
  const shown = found(journeys, search);
  if (journeys.length === 0) return null;
  return (
    <>
      <p className="visually-hidden" role="status">
        {search && `${shown.length} found`}
      </p>
      {shown.length === 0 ? (
        <p className="journeys-none">
          Nothing is called “{search}”.{" "}
          <Button look="quiet" onClick={() => goWith({ q: "" })}>
            Show all
          </Button>
        </p>
      ) : (
        <ul className="journeys-list" aria-label="Journeys">
          {shown.map((journey) => (
            <JourneyRow key={journey.id} journey={journey} />
          ))}
        </ul>
      )}
    </>
  );
}

/** What a project without journeys shows: where to begin. */
function Beginnings() {
  const examples = useExamples();
  return (
    <section className="journeys-begin" aria-label="Begin with">
      <p>
        There is no journey yet. Begin with one of these, drop a journey's file here, or start with an empty canvas.
      </p>
      <ul>
        {examples.map(({ id, journey }) => (
          <li key={id}>
            <button type="button" className="journeys-example" onClick={() => goWith({ new: id })}>
              <span className="new-picture">
                <MiniGraph journey={journey} />
              </span>
              <b>{journey.name}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Files may be dropped anywhere on the page. */
function DropPlace({ children }: { children: ReactNode }) {
  const [isOver, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the Import button does the same for everybody else.
    <div
      className="journeys-page"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void importFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && <p className="journeys-drop">Drop the file to import it</p>}
    </div>
  );
}
