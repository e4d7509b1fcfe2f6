"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it."""
    _api_keys()
    _api_keys_indexes()
    _assignments()
    _count_deltas()
    _count_deltas_indexes()
    _counts()
    _decisions()
    _domain_backoffs()
    _drafts()
    _endpoints()
    _endpoints_indexes()
    _events()
    _events_indexes()
    _groups()
    _groups_indexes()
    _idempotency_keys()
    _installation()
    _journeys()
    _journeys_indexes()
    _participants()
    _participants_indexes()
    _pauses()
    _plans()
    _projects()
    _sends()
    _sends_indexes()
    _suppressions()
    _template_versions()
    _users()
    _versions()


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("api_keys_pkey")),
    )


def _api_keys_indexes() -> None:
    op.create_index("api_keys_digest", "api_keys", ["digest"], unique=True)


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("branch_id", sa.String(), nullable=False),
        sa.Column("assigned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "salt", "unit", name=op.f("assignments_pkey")),
    )


def _count_deltas() -> None:
    op.create_table(
        "count_deltas",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("count_deltas_pkey")),
    )


def _count_deltas_indexes() -> None:
    op.create_index("count_deltas_journey", "count_deltas", ["project", "journey_id"], unique=False)


def _counts() -> None:
    op.create_table(
        "counts",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("project", "journey_id", "step_id", "branch", "metric", name=op.f("counts_pkey")),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=True),
        sa.Column("grounds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "participant_id", "number", name=op.f("decisions_pkey")),
    )


def _domain_backoffs() -> None:
    op.create_table(
        "domain_backoffs",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("domain", name=op.f("domain_backoffs_pkey")),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "journey_id", name=op.f("drafts_pkey")),
    )


def _endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("attributes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("opted_out_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("endpoints_pkey")),
    )


def _endpoints_indexes() -> None:
    op.create_index("endpoints_address", "endpoints", ["project", "address_hash"], unique=False)
    op.create_index("endpoints_user", "endpoints", ["project", "user_id"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("endpoint_id", sa.String(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("attributes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("events_pkey")),
    )


def _events_indexes() -> None:
    op.create_index("events_event_id", "events", ["project", "event_id"], unique=True)
    op.create_index("events_unit", "events", ["project", "unit", "name", "occurred_at"], unique=False)


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wake_at", sa.BigInteger(), nullable=True),
        sa.Column("wake_label", sa.String(), server_default="", nullable=False),
        sa.Column("clock_generation", sa.Integer(), nullable=False),
        sa.Column("formed_at", sa.BigInteger(), nullable=False),
        sa.Column("progressed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("groups_pkey")),
    )


def _groups_indexes() -> None:
    op.create_index("groups_state", "groups", ["state", "wake_at"], unique=False)


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "route", "key", name=op.f("idempotency_keys_pkey")),
    )


def _installation() -> None:
    op.create_table(
        "installation",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("clock_generation", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("only", name=op.f("installation_pkey")),
    )


def _journeys() -> None:
    op.create_table(
        "journeys",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("live_version", sa.Integer(), nullable=False),
        sa.Column("entry_event", sa.String(), nullable=True),
        sa.Column("state_changed_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("journeys_pkey")),
    )


def _journeys_indexes() -> None:
    op.create_index("journeys_entry_event", "journeys", ["project", "entry_event"], unique=False)


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan_hash", sa.String(), nullable=False),
        sa.Column("endpoint_id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("passage_key", sa.String(), server_default="", nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("context", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("basis", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("woken_by", sa.String(), nullable=True),
        sa.Column("decision_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("participants_pkey")),
    )


def _participants_indexes() -> None:
    op.create_index("participants_endpoint", "participants", ["project", "endpoint_id"], unique=False)
    op.create_index(
        "participants_group",
        "participants",
        ["group_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("group_id IS NOT NULL"),
        postgresql_where=sa.text("group_id IS NOT NULL"),
    )
    op.create_index(
        "participants_idempotency",
        "participants",
        ["project", "journey_id", "idempotency_key"],
        unique=True,
        sqlite_where=sa.text("idempotency_key IS NOT NULL"),
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.create_index(
        "participants_live",
        "participants",
        ["project", "journey_id", "unit", "passage_key"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "participants_paused",
        "participants",
        ["project", "journey_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'paused'"),
        postgresql_where=sa.text("status = 'paused'"),
    )
    op.create_index(
        "participants_ready",
        "participants",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'ready' AND group_id IS NULL"),
        postgresql_where=sa.text("status = 'ready' AND group_id IS NULL"),
    )
    op.create_index("participants_step", "participants", ["project", "journey_id", "step_id", "status", "id"], unique=False)
    op.create_index("participants_unit", "participants", ["project", "unit", "journey_id", "passage_key"], unique=False)


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=False),
        sa.Column("resumed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project", "journey_id", "paused_at", name=op.f("pauses_pkey")),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "hash", name=op.f("plans_pkey")),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("projects_pkey")),
    )


def _sends() -> None:
    op.create_table(
        "sends",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("class", sa.String(), nullable=False),
        sa.Column("origin_key", sa.String(), nullable=False),
        sa.Column("resend_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("participant_id", sa.String(), nullable=True),
        sa.Column("journey_id", sa.String(), nullable=True),
        sa.Column("step_id", sa.String(), nullable=True),
        sa.Column("endpoint_id", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("variables", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("intent_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("relay", sa.String(), nullable=True),
        sa.Column("smtp_stage", sa.String(), nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("unsubscribed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("sends_pkey")),
    )


def _sends_indexes() -> None:
    op.create_index("sends_address", "sends", ["project", "address_hash", "id"], unique=False)
    op.create_index(
        "sends_lease",
        "sends",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('CLAIMED', 'IN_FLIGHT')"),
        postgresql_where=sa.text("state IN ('CLAIMED', 'IN_FLIGHT')"),
    )
    op.create_index(
        "sends_notable",
        "sends",
        ["project", "state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('FAILED', 'UNKNOWN', 'SUPPRESSED', 'CAPPED', 'HELD', 'EXPIRED', 'CANCELLED')"),
        postgresql_where=sa.text("state IN ('FAILED', 'UNKNOWN', 'SUPPRESSED', 'CAPPED', 'HELD', 'EXPIRED', 'CANCELLED')"),
    )
    op.create_index("sends_origin", "sends", ["project", "origin_key", "resend_number"], unique=True)
    op.create_index("sends_participant", "sends", ["project", "participant_id"], unique=False)
    op.create_index(
        "sends_queued",
        "sends",
        ["class", "domain", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'QUEUED'"),
        postgresql_where=sa.text("state = 'QUEUED'"),
    )


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "address_hash", name=op.f("suppressions_pkey")),
    )


def _template_versions() -> None:
    op.create_table(
        "template_versions",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "name", "version", name=op.f("template_versions_pkey")),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("attributes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "id", name=op.f("users_pkey")),
    )


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.String(), nullable=False),
        sa.Column("plan_hash", sa.String(), nullable=False),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "journey_id", "number", name=op.f("versions_pkey")),
    )
