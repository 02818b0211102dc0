"""From tidy tables of measured rows to tables, verdicts and their wording; nothing is drawn."""
