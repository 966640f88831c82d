"""What the changing requests on cases carry."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hallserver.web.bodies import Body


class CaseStateBody(Body):
    """The result is out, or it isn't after all. ``call``: it is, and the same number waits in the issuing zone."""

    state: Literal["in_office", "ready"]
    call: bool = False

    @model_validator(mode="after")
    def _only_what_is_ready(self) -> CaseStateBody:
        if self.call and self.state != "ready":
            raise ValueError("only for what is ready a number is called")
        return self


class SuppliedBody(Body):
    """Whether what was missing came."""

    supplied: bool = True


class HandingOverBody(Body):
    """How the result leaves the hall."""

    way: Literal["window", "post", "self_pickup"]
