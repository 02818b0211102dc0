"""Numbers as people write them."""


def duration(seconds: float | None) -> str:
    """Write a time: 8 s, 3 min, 2.1 h."""
    if seconds is None:
        return "unknown"
    if seconds < 1:
        return "under 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
