"""The measures once more, by loops over rows and over instants, from 117 and 118 of the notes."""

import math
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

NAN = math.nan


def share(part, whole):
    return part / whole if whole else NAN


def mean(values):
    return share(math.fsum(values), len(values))


def quantile(values, percent):
    """The smallest value that at least so many per cent do not exceed."""
    ordered = sorted(values)
    for at, value in enumerate(ordered, 1):
        if 100 * at >= percent * len(ordered):
            return value
    return NAN


def rows(table):
    names = [name for name in type(table).__slots__ if not name.startswith("__")]
    columns = [getattr(table, name).tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def there_at(spans, at):
    return sum(begin <= at < end for begin, end in spans)


def over_time(spans, begin, end):
    """Mean and largest number at once, from every instant at which anything changes."""
    instants = sorted({begin, end, *(at for span in spans for at in span if begin < at < end)})
    area, most = 0.0, 0
    for since, until in pairwise(instants):
        here = there_at(spans, since)
        area += here * (until - since)
        most = max(most, here)
    return area / (end - begin), most


def hour_of(trial, at):
    return datetime.fromtimestamp(at, ZoneInfo(trial.timezone)).hour


def parts_of_hour(trial, hour):
    """The parts of the window in which clocks show this hour; looks at every quarter of an hour."""
    quarter = 900
    marks = {trial.begin, trial.end}
    marks |= {
        at
        for at in range(int(trial.begin) // quarter * quarter, int(trial.end) + 1, quarter)
        if trial.begin < at < trial.end
    }
    return [part for part in pairwise(sorted(marks)) if hour_of(trial, part[0]) == hour]


def agent_time(trial, agents, parts=None):
    """Seconds of handling, activity, overtime, either, and item seconds of these agents."""
    found = {"handling": 0.0, "active": 0.0, "overtime": 0.0, "work": 0.0, "items": 0.0}
    for agent in agents:
        work = [
            (r["begun_at"], r["ended_at"]) for r in rows(trial.stretches) if r["agent"] == agent
        ]
        here = [
            (r["begun_at"], r["ended_at"]) for r in rows(trial.presences) if r["agent"] == agent
        ]
        for begin, end in parts or [(trial.begin, trial.end)]:
            marks = {at for span in [*work, *here] for at in span if begin < at < end}
            for since, until in pairwise(sorted({begin, end, *marks})):
                items, active = there_at(work, since), there_at(here, since)
                length = until - since
                found["handling"] += length * (items > 0)
                found["active"] += length * (active > 0)
                found["overtime"] += length * (items > 0 and not active)
                found["work"] += length * (items > 0 or active > 0)
                found["items"] += length * items
    return found


def belongs(trial, kind, label):
    """Whether a customer is of the group."""

    def of(person):
        return {
            "overall": lambda: True,
            "stream": lambda: trial.streams[person["stream"]] == label,
            "kind": lambda: trial.kinds[person["kind"]] == label,
            "team": lambda: trial.teams[person["team"]] == label,
            "priority": lambda: person["priority"] == label,
            "channel": lambda: trial.channels[person["kind"]] == label,
            "agent": lambda: person["agent"] >= 0 and trial.agents[person["agent"]] == label,
            "hour": lambda: hour_of(trial, person["arrived_at"]) == label,
        }[kind]()

    return of


def measured(trial, kind, label):
    """All measures of one group."""
    everybody = rows(trial.customers)
    mine = belongs(trial, kind, label)
    counted = {
        at
        for at, person in enumerate(everybody)
        if trial.begin <= person["arrived_at"] < trial.end and mine(person)
    }
    people = [everybody[at] for at in sorted(counted)]
    assigned = [p for p in people if not math.isnan(p["assigned_at"])]
    waits = [p["assigned_at"] - p["arrived_at"] for p in assigned]
    replies = [
        p["answered_at"] - p["arrived_at"] for p in people if not math.isnan(p["answered_at"])
    ]
    visits = rows(trial.visits)
    stays = [
        sum(v["closed_at"] - v["begun_at"] for v in visits if v["customer"] == at)
        for at in sorted(counted)
        if not (math.isnan(everybody[at]["assigned_at"]) or math.isnan(everybody[at]["closed_at"]))
    ]
    found = {
        "assigned": len(assigned),
        "unfinished": sum(math.isnan(p["closed_at"]) for p in people),
        "wait_mean": mean(waits),
        **{f"wait_p{p}": quantile(waits, p) for p in (50, 90, 95, 99)},
        "wait_max": max(waits, default=NAN),
        "first_response_mean": mean(replies),
        **{f"first_response_p{p}": quantile(replies, p) for p in (50, 90)},
        "time_in_system_mean": mean(stays),
        **{f"time_in_system_p{p}": quantile(stays, p) for p in (50, 90)},
        "returns": share(sum(p["visits"] > 1 for p in assigned), len(assigned)),
    }
    for code, name in enumerate(trial.targets):
        kept = [
            r["met"] for r in rows(trial.promises)
            if r["target"] == code and r["customer"] in counted
        ]  # fmt: skip
        found[f"attainment:{name}"] = share(sum(kept), len(kept))
    if kind == "agent":
        found["handle_time_mean"] = own_handle_time(trial, label)
        found |= work_figures(trial, [trial.agents.index(label)])
    else:
        found |= arrivals_figures(trial, people)
        found |= time_figures(trial, kind, label)
        found["handle_time_mean"] = handle_time(trial, counted)
    if kind in {"overall", "hour"}:
        parts = parts_of_hour(trial, label) if kind == "hour" else None
        found |= work_figures(trial, range(len(trial.agents)), parts)
    return found


def arrivals_figures(trial, people):
    queue = []
    in_time = [p["assigned_at"] - p["arrived_at"] <= trial.thresholds[p["kind"]] for p in people]
    came_in = [p for p in people if not p["blocked"]]
    for p in came_in:
        ends = [p["assigned_at"], p["closed_at"], trial.ended_at]
        queue.append(next(at for at in ends if not math.isnan(at)) - p["arrived_at"])
    return {
        "arrivals": len(people),
        "abandonment": share(sum(p["abandoned"] for p in people), len(people)),
        "blocked": share(sum(p["blocked"] for p in people), len(people)),
        "waiting": share(sum(p["assigned_at"] != p["arrived_at"] for p in came_in), len(people)),
        "queue_time_mean": mean(queue),
        "service_level": share(sum(in_time), len(people)),
    }


def time_figures(trial, kind, label):
    everybody, mine = rows(trial.customers), belongs(trial, kind, label)
    parts = [(trial.begin, trial.end)]
    if kind == "hour":  # what goes on in it, whoever came when
        parts, mine = parts_of_hour(trial, label), lambda _: True

    def until(at):
        return trial.ended_at if math.isnan(at) else at

    queued = [
        (r["begun_at"], until(r["ended_at"])) for r in rows(trial.stays)
        if (trial.teams[r["team"]] == label if kind == "team" else mine(everybody[r["customer"]]))
    ]  # fmt: skip
    there = [
        (v["begun_at"], until(v["closed_at"]))
        for v in rows(trial.visits)
        if mine(everybody[v["customer"]])
    ]
    closed = sum(
        p["agent"] >= 0 and any(begin <= p["closed_at"] < end for begin, end in parts)
        for p in everybody
        if mine(p)
    )
    length = sum(end - begin for begin, end in parts)

    def figures(spans):
        found = [(over_time(spans, *part), part[1] - part[0]) for part in parts]
        mean = sum(level * seconds for (level, _), seconds in found) / length
        return mean, max(most for (_, most), _ in found)

    queue, most = figures(queued)
    return {
        "queue_length_mean": queue,
        "queue_length_max": most,
        "open_mean": figures(there)[0],
        "throughput": closed / (length / 3600),
    }


def begun_and_done(person):
    return not (math.isnan(person["begun_at"]) or math.isnan(person["closed_at"]))


def handle_time(trial, counted):
    people = rows(trial.customers)
    work = {at: 0.0 for at in counted if begun_and_done(people[at])}
    for r in rows(trial.stretches):
        if r["customer"] in work:
            work[r["customer"]] += r["ended_at"] - r["begun_at"]
    return mean(list(work.values()))


def own_handle_time(trial, label):
    people, done = rows(trial.customers), rows(trial.stretches)
    work = {}
    for at, person in enumerate(people):
        if not (trial.begin <= person["arrived_at"] < trial.end and begun_and_done(person)):
            continue
        by_whom = {trial.agents[r["agent"]] for r in done if r["customer"] == at}
        if label in (by_whom or {trial.agents[person["agent"]]}):
            mine = [
                r["ended_at"] - r["begun_at"] for r in done
                if r["customer"] == at and trial.agents[r["agent"]] == label
            ]  # fmt: skip
            work[at] = math.fsum(mine)
    return mean(list(work.values()))


def work_figures(trial, agents, parts=None):
    time = agent_time(trial, agents, parts)
    return {
        "occupancy": share(time["handling"], time["work"]),
        "concurrency": share(time["items"], time["handling"]),
        "active_hours": time["active"] / 3600,
        "handling_hours": time["handling"] / 3600,
        "overtime_hours": time["overtime"] / 3600,
    }
