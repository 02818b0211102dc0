"""What a refused config says: field, value and what is allowed."""

from typing import Any

from pydantic import BaseModel, ValidationError

from synverify_core.errors import brief, cut

LONGEST_REASON = 500


def describe_validation(error: ValidationError, model: type[BaseModel]) -> str:
    """One line per refused field: name, value, what is allowed."""
    lines = []
    faults = error.errors(include_url=False)
    for item in faults:
        place = item["loc"]
        # A list with a refused item counts as empty, too.
        if item["type"] == "too_short" and any(_within(place, other["loc"]) for other in faults):
            continue
        field, message = _field(place), _reason(item)
        if item["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            lines.append(f"{field} is not a field of this experiment; fields: {known}")
        elif field:
            lines.append(f"{field} = {brief(item['input'])} is refused: {message}")
        else:  # fields that do not fit together: the message names them
            lines.append(message)
    return "\n".join(lines)


def first_fault(error: ValidationError) -> str:
    """Name the first field that a damaged file has wrong, and what is wrong with it."""
    item = error.errors(include_input=False, include_url=False)[0]
    field = _field(item["loc"])
    return f"{field}: {_reason(item)}" if field else _reason(item)


def _field(place: tuple[int | str, ...]) -> str:
    return cut(".".join(map(str, place)))


def _reason(item: Any) -> str:
    return cut(item["msg"].removeprefix("Value error, "), LONGEST_REASON)


def _within(place: tuple[int | str, ...], other: tuple[int | str, ...]) -> bool:
    return len(other) > len(place) and other[: len(place)] == place
