"""Changes the tables: first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "core_cut_score_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_cut_score_rule")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_core_cut_score_rule_code_version")),
    )
    op.create_table(
        "core_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_event")),
    )
    with op.batch_alter_table("core_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_event_name"), ["name"], unique=False)

    op.create_table(
        "core_framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_framework")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_core_framework_code_version")),
    )
    op.create_table(
        "core_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=True),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job")),
        sa.UniqueConstraint("public_id", name=op.f("uq_core_job_public_id")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_core_job_unique_key")),
    )
    with op.batch_alter_table("core_job", schema=None) as batch_op:
        batch_op.create_index("ix_core_job_due", ["state", "run_at"], unique=False)

    op.create_table(
        "core_login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_login_attempt")),
    )
    with op.batch_alter_table("core_login_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_core_login_attempt_key_at", ["key", "at"], unique=False)

    op.create_table(
        "core_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("nip", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title_before", sa.String(length=60), nullable=False),
        sa.Column("title_after", sa.String(length=100), nullable=False),
        sa.Column("search", sa.String(length=320), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("employment", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("education", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_person")),
        sa.UniqueConstraint("nip", name=op.f("uq_core_person_nip")),
        sa.UniqueConstraint("public_id", name=op.f("uq_core_person_public_id")),
    )
    with op.batch_alter_table("core_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_person_name"), ["name"], unique=False)

    op.create_table(
        "core_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_position")),
        sa.UniqueConstraint("name", "level", name=op.f("uq_core_position_name_level")),
    )
    op.create_table(
        "core_setting",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_setting")),
    )
    op.create_table(
        "core_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("top_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["core_unit.id"], name=op.f("fk_core_unit_parent_id_core_unit")
        ),
        sa.ForeignKeyConstraint(
            ["top_id"], ["core_unit.id"], name=op.f("fk_core_unit_top_id_core_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_unit")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_core_unit_parent_id_name")),
    )
    with op.batch_alter_table("core_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_unit_top_id"), ["top_id"], unique=False)

    op.create_table(
        "core_account",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("last_login_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_account_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_core_account")),
    )
    op.create_table(
        "core_audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["core_person.id"], name=op.f("fk_core_audit_actor_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit")),
    )
    with op.batch_alter_table("core_audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_audit_action"), ["action"], unique=False)

    op.create_table(
        "core_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["core_event.id"], name=op.f("fk_core_delivery_event_id_core_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_delivery")),
        sa.UniqueConstraint("event_id", "plugin", name=op.f("uq_core_delivery_event_id_plugin")),
    )
    with op.batch_alter_table("core_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_core_delivery_due", ["state", "next_at"], unique=False)

    op.create_table(
        "core_domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["core_framework.id"],
            name=op.f("fk_core_domain_framework_id_core_framework"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_domain")),
        sa.UniqueConstraint("framework_id", "code", name=op.f("uq_core_domain_framework_id_code")),
    )
    op.create_table(
        "core_person_alias",
        sa.Column("nip", sa.String(length=18), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_core_person_alias_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("nip", name=op.f("pk_core_person_alias")),
    )
    with op.batch_alter_table("core_person_alias", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_person_alias_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "core_placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_placement_person_id_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["core_position.id"],
            name=op.f("fk_core_placement_position_id_core_position"),
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["core_person.id"],
            name=op.f("fk_core_placement_supervisor_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_core_placement_unit_id_core_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_placement")),
    )
    with op.batch_alter_table("core_placement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_placement_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_core_placement_position_id"), ["position_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_core_placement_supervisor_id"), ["supervisor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_placement_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_core_placement_current",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "core_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_plan_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_plan")),
    )
    with op.batch_alter_table("core_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_plan_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_core_plan_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "core_role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by"],
            ["core_person.id"],
            name=op.f("fk_core_role_grant_granted_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_role_grant_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_role_grant")),
        sa.UniqueConstraint("person_id", "role", name=op.f("uq_core_role_grant_person_id_role")),
    )
    with op.batch_alter_table("core_role_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_role_grant_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "core_standard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["core_framework.id"],
            name=op.f("fk_core_standard_framework_id_core_framework"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_standard")),
        sa.UniqueConstraint(
            "framework_id", "version", name=op.f("uq_core_standard_framework_id_version")
        ),
    )
    op.create_table(
        "core_competency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["core_domain.id"], name=op.f("fk_core_competency_domain_id_core_domain")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["core_framework.id"],
            name=op.f("fk_core_competency_framework_id_core_framework"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_competency")),
        sa.UniqueConstraint(
            "framework_id", "code", name=op.f("uq_core_competency_framework_id_code")
        ),
    )
    with op.batch_alter_table("core_competency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_competency_code"), ["code"], unique=False)

    op.create_table(
        "core_competency_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_core_competency_level_competency_id_core_competency"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_competency_level")),
        sa.UniqueConstraint(
            "competency_id", "level", name=op.f("uq_core_competency_level_competency_id_level")
        ),
    )
    op.create_table(
        "core_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("level_low", sa.Integer(), nullable=False),
        sa.Column("level_high", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("error", sa.Double(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_core_evidence_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_evidence_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_evidence")),
        sa.UniqueConstraint("key", name=op.f("uq_core_evidence_key")),
    )
    with op.batch_alter_table("core_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_evidence_competency_id"), ["competency_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_evidence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "core_standard_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("position_level", sa.String(length=30), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_core_standard_level_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["core_position.id"],
            name=op.f("fk_core_standard_level_position_id_core_position"),
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"],
            ["core_standard.id"],
            name=op.f("fk_core_standard_level_standard_id_core_standard"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_standard_level")),
        sa.UniqueConstraint(
            "standard_id",
            "competency_id",
            "position_level",
            "position_id",
            name=op.f(
                "uq_core_standard_level_standard_id_competency_id_position_level_position_id"
            ),
        ),
    )
    op.create_table(
        "core_plan_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("start_level", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("start_evidence_id", sa.Integer(), nullable=True),
        sa.Column("met_evidence_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_core_plan_item_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["met_evidence_id"],
            ["core_evidence.id"],
            name=op.f("fk_core_plan_item_met_evidence_id_core_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["core_plan.id"], name=op.f("fk_core_plan_item_plan_id_core_plan")
        ),
        sa.ForeignKeyConstraint(
            ["start_evidence_id"],
            ["core_evidence.id"],
            name=op.f("fk_core_plan_item_start_evidence_id_core_evidence"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_plan_item")),
        sa.UniqueConstraint(
            "plan_id", "competency_id", name=op.f("uq_core_plan_item_plan_id_competency_id")
        ),
    )
    with op.batch_alter_table("core_plan_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_core_plan_item_competency_state", ["competency_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_plan_item_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "core_profile",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_core_profile_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["core_evidence.id"],
            name=op.f("fk_core_profile_evidence_id_core_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_profile_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "competency_id", name=op.f("pk_core_profile")),
    )
    with op.batch_alter_table("core_profile", schema=None) as batch_op:
        batch_op.create_index(
            "ix_core_profile_competency_state", ["competency_id", "state"], unique=False
        )


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    with op.batch_alter_table("core_profile", schema=None) as batch_op:
        batch_op.drop_index("ix_core_profile_competency_state")

    op.drop_table("core_profile")
    with op.batch_alter_table("core_plan_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_plan_item_plan_id"))
        batch_op.drop_index("ix_core_plan_item_competency_state")

    op.drop_table("core_plan_item")
    op.drop_table("core_standard_level")
    with op.batch_alter_table("core_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_evidence_person_id"))
        batch_op.drop_index(batch_op.f("ix_core_evidence_competency_id"))

    op.drop_table("core_evidence")
    op.drop_table("core_competency_level")
    with op.batch_alter_table("core_competency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_competency_code"))

    op.drop_table("core_competency")
    op.drop_table("core_standard")
    with op.batch_alter_table("core_role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_role_grant_person_id"))

    op.drop_table("core_role_grant")
    with op.batch_alter_table("core_plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_core_plan_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_core_plan_person_id"))

    op.drop_table("core_plan")
    with op.batch_alter_table("core_placement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_core_placement_current",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_core_placement_unit_id"))
        batch_op.drop_index(batch_op.f("ix_core_placement_supervisor_id"))
        batch_op.drop_index(batch_op.f("ix_core_placement_position_id"))
        batch_op.drop_index(batch_op.f("ix_core_placement_person_id"))

    op.drop_table("core_placement")
    with op.batch_alter_table("core_person_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_person_alias_person_id"))

    op.drop_table("core_person_alias")
    op.drop_table("core_domain")
    with op.batch_alter_table("core_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_core_delivery_due")

    op.drop_table("core_delivery")
    with op.batch_alter_table("core_audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_audit_action"))

    op.drop_table("core_audit")
    op.drop_table("core_account")
    with op.batch_alter_table("core_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_unit_top_id"))
        batch_op.drop_index(batch_op.f("ix_core_unit_parent_id"))

    op.drop_table("core_unit")
    op.drop_table("core_setting")
    op.drop_table("core_position")
    with op.batch_alter_table("core_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_person_name"))

    op.drop_table("core_person")
    with op.batch_alter_table("core_login_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_core_login_attempt_key_at")

    op.drop_table("core_login_attempt")
    with op.batch_alter_table("core_job", schema=None) as batch_op:
        batch_op.drop_index("ix_core_job_due")

    op.drop_table("core_job")
    op.drop_table("core_framework")
    with op.batch_alter_table("core_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_event_name"))

    op.drop_table("core_event")
    op.drop_table("core_cut_score_rule")
