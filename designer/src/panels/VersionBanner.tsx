/** What version this is, that it cannot be changed, and the ways on from here. */
import type { VersionShape } from "../api/api.gen";
import { sayInstant } from "../journey/times";
import { go, goWith, pathTo, useAddress } from "../routes";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { restore } from "./restoring";
import "./VersionBanner.css";

export function VersionBanner({ id, version }: { id: string; version: VersionShape }) {
  const { query } = useAddress();
  const isLive = query.view === "live";
  return (
    <section className="version-banner" aria-label="What is shown">
      <Icon name={isLive ? "people" : "lock"} />
      <p>
        <b>{isLive ? `Live: version ${version.number}` : `Version ${version.number}`}</b>
        <span>, published {sayInstant(version.published_at)}. To look at only.</span>
      </p>
      {isLive && (
        <Button look="quiet" className="version-numbers" onClick={() => goWith({ panel: "live" })}>
          Numbers
        </Button>
      )}
      {!isLive && (
        <Button look="quiet" onClick={() => restore(id, version.number)}>
          Restore as draft
        </Button>
      )}
      <Button look="quiet" onClick={() => (isLive ? goWith({ view: "" }) : go(pathTo({ page: "journey", id })))}>
        Back to the draft
      </Button>
    </section>
  );
}
