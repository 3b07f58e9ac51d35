"""Which seeds are wanted, as people write it."""

import re

import click


class _Seeds(click.ParamType[tuple[int, ...]]):
    name = "seeds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """`1-6`, `2,5` or both; each once, in that order."""
        if isinstance(value, tuple):
            return value
        seeds: list[int] = []
        for part in str(value).split(","):
            found = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
            span = range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)
            if not span:
                self.fail(f"{part!r} is no seed and no range of seeds; valid are 1-6 and 2,5", param, ctx)
            seeds += span
        return tuple(dict.fromkeys(seeds))


SEEDS = _Seeds()
