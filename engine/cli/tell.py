"""Simulations in words, for a terminal: a path with its grounds, or the counts of a population. Reads what the API answers, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from engine.cli.show import OUT, say, say_table
from engine.journey.phrase import say_condition, say_value
from engine.plan.plan import Plan

_BAR_CHARACTERS = 40


def tell_trace(plan: Plan, trace: Mapping[str, Any]) -> None:
    """Print one person's path, stage by stage."""
    for stage in trace["stages"]:
        OUT.print(Text(_instant(stage["at"], stage["local"]), style="bold"))
        for decision in stage["decisions"]:
            label = _label(plan, decision["step"])
            outcome = decision["outcome"].replace("_", " ") + (f" {decision['branch']}" if decision["branch"] else "")
            OUT.print(Text.assemble("  ", (label, "cyan"), f"  {outcome}"))
            for line in _grounds(decision["grounds"]):
                OUT.print(Text(f"      {line}", style="dim"))
        for mail in stage["mails"]:
            reason = f": {mail['reason']}" if mail["reason"] else ""
            OUT.print(Text(f"      mail {mail['template']} {mail['state']}{reason}", style="green" if not reason else "yellow"))
    ended = trace["ended"]
    where = ended.get("step") or ended.get("reason") or ""
    say(f"{ended['status']}{f' at {where}' if ended.get('step') else f': {where}' if where else ''}")


def tell_population(plan: Plan, told: Mapping[str, Any]) -> None:
    """Print counts per step and branch, mails per day, and how people ended."""
    total = told["participants"]
    branches: dict[str, list[Mapping[str, Any]]] = {}
    for row in told["branches"]:
        branches.setdefault(row["step"], []).append(row)
    rows: list[Sequence[object]] = []
    for step_id in plan.steps:
        count = told["steps"].get(step_id, 0)
        rows.append((_label(plan, step_id), plan.steps[step_id].type, f"{count:,}", _share(count, total)))
        rows += [(f"  └ {row['branch']}", "", f"{row['count']:,}", _share(row["count"], count)) for row in branches.get(step_id, ())]
    say_table(("step", "kind", "people", "share"), rows, right=(2, 3))
    say("")
    days = told["mails_per_day"]
    most = max((row["count"] for row in days), default=1)
    bars = [(row["day"], f"{row['count']:,}", "▇" * max(1, round(_BAR_CHARACTERS * row["count"] / most))) for row in days]
    say_table(("day (UTC)", "mails", ""), bars, right=(1,))
    for reason, count in told["refused"].items():
        say(f"not sent, {reason}: {count:,}")
    say("")
    say(f"{total:,} people: " + ", ".join(f"{count:,} {status}" for status, count in told["ends"].items()))
    say("Imagined from what the journey asks about: they show what it does, not whom it will meet.")


def _label(plan: Plan, step_id: str | None) -> str:
    if step_id is None:
        return plan.name
    name = plan.steps[step_id].name if step_id in plan.steps else None
    return f"{step_id} ({name})" if name else step_id


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else "–"


def _instant(utc: str, local: str) -> str:
    at, there = datetime.fromisoformat(utc), datetime.fromisoformat(local)
    here = "" if there.utcoffset() == at.utcoffset() else f"  ({there:%a %H:%M} local)"
    return f"{at:%Y-%m-%d %H:%M:%S} UTC{here}"


def _grounds(grounds: Mapping[str, Any]) -> Iterator[str]:
    """The grounds of a decision, a line each: every condition asked with what it saw, then plain values."""
    for asked in grounds.get("asked", ()):
        condition = asked.get("condition", asked)
        branch = f"{asked['branch']}: " if "branch" in asked else ""
        yield from _asked(condition, branch)
    if "condition" in grounds and isinstance(grounds["condition"], Mapping):
        yield from _asked(grounds["condition"], "")
    plain = {name: value for name, value in grounds.items() if name not in ("asked", "condition")}
    if plain:
        yield ", ".join(
            f"{name.replace('_', ' ')} {value if isinstance(value, str) else say_value(value)}" for name, value in plain.items()
        )


def _asked(grounds: Mapping[str, Any], before: str) -> Iterator[str]:
    held = "yes" if grounds.get("held") else "no"
    inner = grounds.get("asked")
    if isinstance(inner, Sequence):
        yield f"{before}{grounds['type']} of these: {held}"
        for part in inner:
            yield from _asked(part, f"  {before}")
        return
    saw = "it is missing" if grounds.get("missing") else f"saw {say_value(grounds.get('saw'))}"
    yield f"{before}{say_condition(grounds)}: {held}, {saw}"
