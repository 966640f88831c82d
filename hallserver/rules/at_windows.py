"""The windows of a zone as all who wait for them see them alike."""

from __future__ import annotations

from typing import NamedTuple

from hallserver.moments import Moment


class AtWindows(NamedTuple):
    """At a moment: how many ``servers`` a zone has, how many of them are ``able`` to do what is needed and how many of
    those are ``free``; and the minutes until those that are busy are free again, in all and in the mean."""

    at: Moment
    servers: int
    able: int
    free: int
    busy_min: float
    residual_min: float
