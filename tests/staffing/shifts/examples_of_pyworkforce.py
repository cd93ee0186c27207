"""The examples of pyworkforce's documentation, as data for both."""

COVERAGE = {
    "Morning": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "Afternoon": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
    "Night": [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
    "Mixed": [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
}
REQUIRED = [
    [9, 11, 17, 9, 7, 12, 5, 11, 8, 9, 18, 17, 8, 12, 16, 8, 7, 12, 11, 10, 13, 19, 16, 7],
    [13, 13, 12, 15, 18, 20, 13, 16, 17, 8, 13, 11, 6, 19, 11, 20, 19, 17, 10, 13, 14, 23, 16, 8],
]
COSTS = {"Morning": 8, "Afternoon": 8, "Night": 10, "Mixed": 7}
MOST = 25

SHIFTS = {"Morning": 8, "Afternoon": 8, "Night": 8, "Mixed": 6}  # name -> paid hours
POSTS = {
    "Morning": [9, 12, 8, 10, 13, 10, 14],
    "Afternoon": [11, 13, 10, 11, 9, 11, 7],
    "Night": [8, 7, 5, 15, 7, 8, 6],
    "Mixed": [2, 4, 18, 7, 10, 5, 17],
}
PEOPLE = [f"agent {i}" for i in range(55)]
BANNED = [(0, "Night", 0), (0, "Morning", 3), (1, "Mixed", 1)]  # agent, shift, day
PREFERRED = [(1, "Morning", 0.8), (1, "Mixed", 0.8), (54, "Afternoon", 0.7)]  # hours


def hours(day):
    """The coverage of one of its shifts as hours within its day: parts where it is split."""
    starts = [h for h in range(24) if day[h] and (h == 0 or not day[h - 1])]
    ends = [h + 1 for h in range(24) if day[h] and (h == 23 or not day[h + 1])]
    return [f"{start:02}:00-{end:02}:00" for start, end in zip(starts, ends, strict=True)]


def head_arguments():
    return {
        "num_days": 2,
        "periods": 24,
        "shifts_coverage": COVERAGE,
        "required_resources": REQUIRED,
        "max_period_concurrency": MOST,
        "max_shift_concurrency": MOST,
    }


def roster_arguments(**changes):
    return {
        "num_days": 7,
        "resources": PEOPLE,
        "shifts": list(SHIFTS),
        "shifts_hours": list(SHIFTS.values()),
        "min_working_hours": 40,
        "max_resting": 1,
        "non_sequential_shifts": [{"origin": "Night", "destination": "Morning"}],
        "banned_shifts": [
            {"resource": PEOPLE[i], "shift": shift, "day": day} for i, shift, day in BANNED
        ],
        "required_resources": POSTS,
        "resources_preferences": [{"resource": PEOPLE[i], "shift": s} for i, s, _ in PREFERRED],
        "resources_prioritization": [
            {"resource": PEOPLE[1], "weight": 0.8},
            {"resource": PEOPLE[54], "weight": 0.7},
        ],
        **changes,
    }
