"""What a refused config says: field, value and what is allowed."""

from pydantic import BaseModel, ValidationError


def describe_validation(error: ValidationError, model: type[BaseModel]) -> str:
    """One line per refused field: name, value, what is allowed."""
    lines = []
    for item in error.errors():
        field = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            lines.append(f"{field} is not a field of this experiment; fields: {known}")
        elif field:
            lines.append(f"{field} = {item['input']!r} is refused: {message}")
        else:  # fields that do not fit together: the message names them
            lines.append(message)
    return "\n".join(lines)


def first_fault(error: ValidationError) -> str:
    """Name the first field that a damaged file has wrong, and what is wrong with it."""
    item = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in item["loc"])
    message = item["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message
