"""Every table and index, as metadata. `docs/tables.md` is drawn from it; migrations lead to it; nothing here runs.

`project` leads every key. Instants are microseconds (see `types.Instant`). A status is a text, one of the words in docs/states.md.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, String, Table, Text

from engine.store.types import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "pk": "%(table_name)s_pkey",
    }
)

# --- the installation ------------------------------------------------------------------------------------------------

#: One row: which clock owns the data, its generation, and whether the data came from a backup.
installation = Table(
    "installation",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("clock", String),  # temporal | local; null until `auto` has chosen
    Column("clock_generation", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    Column("restored_at", Instant),  # of the last restore from a backup: what was due before it may have been sent
)

projects = Table(
    "projects",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("time_zone", String),
    Column("created_at", Instant, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),  # ingest | read | author | operate
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the random key
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    PrimaryKeyConstraint("project", "id"),
    Index("api_keys_digest", "digest", unique=True),
)

#: Answers to POSTs that came with an Idempotency-Key.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("project", String, nullable=False),
    Column("route", String, nullable=False),
    Column("key", String, nullable=False),
    Column("body_digest", LargeBinary, nullable=False),
    Column("status", Integer),  # null while the first call is under way
    Column("body", LargeBinary),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "route", "key"),
)

# --- what authors make ----------------------------------------------------------------------------------------------

drafts = Table(
    "drafts",
    metadata,
    Column("project", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON, or what the author has so far
    Column("base_version", Integer),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "journey_id"),
)

journeys = Table(
    "journeys",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("state", String, nullable=False),  # live | paused | stopped; a journey with a draft only has no row
    Column("live_version", Integer, nullable=False),
    Column("entry_event", String),  # the live version's entry event, for ingestion
    Column("state_changed_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "id"),
    Index("journeys_entry_event", "project", "entry_event"),
)

#: When a journey was paused; durations are prolonged by the pauses since arrival.
pauses = Table(
    "pauses",
    metadata,
    Column("project", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("paused_at", Instant, nullable=False),
    Column("resumed_at", Instant),
    PrimaryKeyConstraint("project", "journey_id", "paused_at"),
)

versions = Table(
    "versions",
    metadata,
    Column("project", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_hash", String, nullable=False),
    Column("plan_hash", String, nullable=False),
    Column("people", String, nullable=False),  # what became of the people inside: finish | exit
    Column("published_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "journey_id", "number"),
)

#: Immutable, content-addressed.
plans = Table(
    "plans",
    metadata,
    Column("project", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("format", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "hash"),
)

template_versions = Table(
    "template_versions",
    metadata,
    Column("project", String, nullable=False),
    Column("name", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Json, nullable=False),  # subject, preheader, from, reply_to, headers, defaults, html, text
    Column("hash", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "name", "version"),
)

# --- whom it is about -----------------------------------------------------------------------------------------------

endpoints = Table(
    "endpoints",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("address", String, nullable=False),
    Column("address_hash", LargeBinary, nullable=False),  # SHA-256 of the normalised address
    Column("user_id", String),
    Column("attributes", Json, nullable=False),
    Column("time_zone", String),
    Column("locale", String),
    Column("opted_out_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "id"),
    Index("endpoints_user", "project", "user_id"),
    Index("endpoints_address", "project", "address_hash"),
)

users = Table(
    "users",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "id"),
)

events = Table(
    "events",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),  # ours, time-ordered
    Column("event_id", String, nullable=False),  # the caller's; a second one is a no-op
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("endpoint_id", String),
    Column("occurred_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("attributes", Json, nullable=False),
    PrimaryKeyConstraint("project", "id"),
    Index("events_event_id", "project", "event_id", unique=True),
    Index("events_unit", "project", "unit", "name", "occurred_at"),
)

# --- who is where ---------------------------------------------------------------------------------------------------

participants = Table(
    "participants",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("plan_hash", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("passage_key", String, nullable=False, server_default=""),
    Column("idempotency_key", String),
    Column("context", Json, nullable=False),
    Column("status", String, nullable=False),  # ready | waiting | paused | blocked | finished | exited
    Column("step_id", String, nullable=False),  # where they stand, or are about to enter
    Column("arrived_at", Instant),  # when they came to the wait they stand at
    Column("basis", Json),  # what that wait was computed from
    Column("due_at", Instant, nullable=False),
    Column("group_id", String),  # null: nobody's; the dispatcher takes those that are ready
    Column("epoch", Integer, nullable=False, server_default="0"),  # bumped by whatever a stage must not overlook
    Column("woken_by", String),  # the event that made them ready
    Column("decision_count", Integer, nullable=False, server_default="0"),
    Column("reason", String),  # why exited
    Column("error", Text),  # why blocked
    Column("enrolled_at", Instant, nullable=False),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("project", "id"),
)
Index(
    "participants_live",
    participants.c.project,
    participants.c.journey_id,
    participants.c.unit,
    participants.c.passage_key,
    unique=True,
    sqlite_where=participants.c.ended_at.is_(None),
    postgresql_where=participants.c.ended_at.is_(None),
)
Index(
    "participants_idempotency",
    participants.c.project,
    participants.c.journey_id,
    participants.c.idempotency_key,
    unique=True,
    sqlite_where=participants.c.idempotency_key.is_not(None),
    postgresql_where=participants.c.idempotency_key.is_not(None),
)
Index(
    "participants_ready",
    participants.c.due_at,
    participants.c.id,
    sqlite_where=(participants.c.status == "ready") & participants.c.group_id.is_(None),
    postgresql_where=(participants.c.status == "ready") & participants.c.group_id.is_(None),
)
Index(
    "participants_group",
    participants.c.group_id,
    participants.c.due_at,
    sqlite_where=participants.c.group_id.is_not(None),
    postgresql_where=participants.c.group_id.is_not(None),
)
Index("participants_unit", participants.c.project, participants.c.unit, participants.c.journey_id, participants.c.passage_key)
Index("participants_endpoint", participants.c.project, participants.c.endpoint_id)
Index(
    "participants_paused",
    participants.c.project,
    participants.c.journey_id,
    participants.c.id,
    sqlite_where=participants.c.status == "paused",
    postgresql_where=participants.c.status == "paused",
)
Index(
    "participants_step", participants.c.project, participants.c.journey_id, participants.c.step_id, participants.c.status, participants.c.id
)

#: 1 to 1,000 participants of one version that travel in one Temporal workflow, whose id is made from the group's.
groups = Table(
    "groups",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String, nullable=False),  # formed | started | ended
    Column("wake_at", Instant),  # the next wake; null once ended
    Column("wake_label", String, nullable=False, server_default=""),
    Column("clock_generation", Integer, nullable=False),
    Column("formed_at", Instant, nullable=False),
    Column("progressed_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "id"),
    Index("groups_state", "state", "wake_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("project", String, nullable=False),
    Column("participant_id", String, nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, … within the passage
    Column("journey_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("step_id", String),
    Column("outcome", String, nullable=False),
    Column("branch", String),
    Column("grounds", Json, nullable=False),
    Column("decided_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "participant_id", "number"),
)

#: The first branch drawn for a unit is the truth from then on.
assignments = Table(
    "assignments",
    metadata,
    Column("project", String, nullable=False),
    Column("salt", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("branch_id", String, nullable=False),
    Column("assigned_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "salt", "unit"),
)

#: Appended by stages and the sender, folded into `counts` by the worker: nothing updates one hot row.
count_deltas = Table(
    "count_deltas",
    metadata,
    Column("id", String, primary_key=True),
    Column("project", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("step_id", String, nullable=False),  # "" for the journey as a whole
    Column("branch", String, nullable=False),  # "" for the step as a whole
    Column("metric", String, nullable=False),
    Column("count", Integer, nullable=False),
    Index("count_deltas_journey", "project", "journey_id"),
)

counts = Table(
    "counts",
    metadata,
    Column("project", String, nullable=False),
    Column("journey_id", String, nullable=False),
    Column("step_id", String, nullable=False),
    Column("branch", String, nullable=False),
    Column("metric", String, nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("project", "journey_id", "step_id", "branch", "metric"),
)

# --- mail -----------------------------------------------------------------------------------------------------------

#: The send ledger, which is the queue too.
sends = Table(
    "sends",
    metadata,
    Column("project", String, nullable=False),
    Column("id", String, nullable=False),
    Column("class", String, nullable=False),  # journey | test
    Column("origin_key", String, nullable=False),  # unique with the resend number: one origin, one message
    Column("resend_number", Integer, nullable=False, server_default="0"),
    Column("participant_id", String),
    Column("journey_id", String),
    Column("step_id", String),
    Column("endpoint_id", String),
    Column("address", String, nullable=False),
    Column("address_hash", LargeBinary, nullable=False),
    Column("domain", String, nullable=False),  # the recipient's domain group
    Column("template", String, nullable=False),
    Column("template_version", Integer, nullable=False),
    Column("variables", Json),  # what a test send brings along; null where the rows have it
    Column("state", String, nullable=False),
    Column("reason", Text),
    Column("due_at", Instant, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String),
    Column("lease_until", Instant),
    Column("intent_at", Instant),
    Column("message_id", String, nullable=False),
    Column("relay", String),
    Column("smtp_stage", String),
    Column("reply_code", Integer),
    Column("reply_text", Text),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("unsubscribed_at", Instant),
    PrimaryKeyConstraint("project", "id"),
    Index("sends_origin", "project", "origin_key", "resend_number", unique=True),
    Index("sends_participant", "project", "participant_id"),
    Index("sends_address", "project", "address_hash", "id"),
)
#: States of sends that somebody looks for. The others come and go with every mail, and an index that moves with them costs pages.
NOTABLE_SEND_STATES = ("FAILED", "UNKNOWN", "SUPPRESSED", "CAPPED", "HELD", "EXPIRED", "CANCELLED")
Index(
    "sends_notable",
    sends.c.project,
    sends.c.state,
    sends.c.id,
    sqlite_where=sends.c.state.in_(NOTABLE_SEND_STATES),
    postgresql_where=sends.c.state.in_(NOTABLE_SEND_STATES),
)
Index(
    "sends_queued",
    sends.c["class"],
    sends.c.domain,
    sends.c.due_at,
    sqlite_where=sends.c.state == "QUEUED",
    postgresql_where=sends.c.state == "QUEUED",
)
Index(
    "sends_lease",
    sends.c.lease_until,
    sqlite_where=sends.c.state.in_(("CLAIMED", "IN_FLIGHT")),
    postgresql_where=sends.c.state.in_(("CLAIMED", "IN_FLIGHT")),
)

#: Who is not written to, and why. The hash stays when the address is erased.
suppressions = Table(
    "suppressions",
    metadata,
    Column("project", String, nullable=False),
    Column("address_hash", LargeBinary, nullable=False),
    Column("address", String),
    Column("reason", String, nullable=False),  # unsubscribed | erased | manual | …
    Column("evidence", String),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("project", "address_hash"),
)

#: A recipient domain in backoff: nobody claims its sends before `until`.
domain_backoffs = Table(
    "domain_backoffs",
    metadata,
    Column("domain", String, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("rate", Float),  # mails per second, where it was lowered
    Column("reason", Text),
)
