"""What the changing requests on cases carry."""

from __future__ import annotations

from typing import Literal

from hallserver.web.bodies import Body


class CaseStateBody(Body):
    """The result is out, or it isn't after all."""

    state: Literal["in_office", "ready"]


class SuppliedBody(Body):
    """Whether what was missing came."""

    supplied: bool = True


class HandingOverBody(Body):
    """How the result leaves the hall."""

    way: Literal["window", "post", "self_pickup"]
