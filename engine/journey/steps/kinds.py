"""Every step kind, once: a new kind is its module and a line here."""

from __future__ import annotations

from typing import Annotated, TypeAlias, get_args

from pydantic import Field

from engine.journey.steps.ab_test import AbTest
from engine.journey.steps.email import Email
from engine.journey.steps.holdout import Holdout
from engine.journey.steps.split import Split
from engine.journey.steps.step import Step
from engine.journey.steps.wait import Wait

AnyStep: TypeAlias = Annotated[Email | Wait | Split | AbTest | Holdout, Field(discriminator="type")]
#: The same as classes, for docs and tables.
KINDS: tuple[type[Step], ...] = get_args(get_args(AnyStep)[0])
