"""Samples for tests of verifiers."""

from dataclasses import dataclass

from synverify_core.errors import InputError


@dataclass(frozen=True)
class Batch:
    """Named fields, as a pool offers them."""

    fields: dict

    def __getitem__(self, field):
        if field not in self.fields:
            raise InputError(f"{field} is not a field of these samples")
        return self.fields[field]

    def __len__(self):
        return len(next(iter(self.fields.values())))
