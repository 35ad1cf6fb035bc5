"""The checks, by what they look at. Importing this package registers them all."""

from __future__ import annotations

from helpers.checking.checks import arithmetic, continuity, plausibility, standards, structure, text

__all__ = ["arithmetic", "continuity", "plausibility", "standards", "structure", "text"]
