"""How Wend's things are called inside Temporal. Only here are such names made, and nowhere are they taken apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where a group's workflow lives. Installation and project are in both, so that many of each share a namespace."""

    workflow_id: str
    task_queue: str


def address(installation: str, project: str, group_id: str = "") -> Address:
    """Name a group's workflow and the task queue of its project's workers; the latter needs no group."""
    place = f"wend/{installation}/{project}"
    return Address(workflow_id=f"{place}/{group_id}", task_queue=place)
