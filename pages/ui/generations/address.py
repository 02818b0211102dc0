"""The name that the Generations page has in its sections, its keys and its view."""

PAGE = "generations"
