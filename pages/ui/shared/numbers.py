"""Numbers as people write them."""

DAY = 86_400.0


def duration(seconds: float | None) -> str:
    """Write a time: 8 s, 3 min, 2.1 h, 4 days; nobody waits for more than 100 of these."""
    if seconds is None:
        return "unknown"
    if seconds < 1:
        return "under 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 2 * DAY:
        return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
    return f"{seconds / DAY:.0f} days" if seconds < 100 * DAY else "over 100 days"
