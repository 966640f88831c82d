"""What a hall does, and what others do: its matters (事项) with the six elements of their guide."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hallserver.settings.kinds import Name, Slug, Strict, Text

NameInEnglish = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]
SentenceInEnglish = Annotated[str, StringConstraints(max_length=600, strip_whitespace=True)]
"""Of what has no need of English: where it is empty, the Chinese is shown."""


class Sample(Strict):
    """A form filled in as it should be (样表): a picture in the folder ``guide.samples``."""

    name: Name
    name_en: NameInEnglish = ""
    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}\.(svg|png|jpg)$")]


class Guide(Strict):
    """六大要素: the six elements of an item's guide."""

    scope: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    scope_en: Annotated[str, StringConstraints(max_length=4000, strip_whitespace=True)] = ""
    accepted_by: Name
    accepted_by_en: NameInEnglish = ""
    decided_by: Name
    decided_by_en: NameInEnglish = ""
    materials: list[Annotated[str, StringConstraints(min_length=1, max_length=300)]]
    materials_en: list[Annotated[str, StringConstraints(min_length=1, max_length=600)]] = Field(default=[])
    time_limit: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    time_limit_en: SentenceInEnglish = ""
    fee: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    fee_en: SentenceInEnglish = ""
    samples: list[Sample] = Field(default=[], max_length=20)


class Item(Strict):
    id: Slug
    code: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    name: Name
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    line: Name
    department: Name
    department_en: NameInEnglish = ""
    zone: Slug
    kind: Literal["instant", "promised"]
    handling: Literal["direct", "agency"] = "direct"
    typical_min: float = Field(gt=0, le=240)
    variation: float = Field(default=0.8, ge=0.05, le=3)
    needs: list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]] = Field(default=[])
    id_card_only: bool = False
    bring: list[Annotated[str, StringConstraints(min_length=1, max_length=40)]] = Field(default=[])
    daily_cap: int | None = Field(default=None, ge=1, le=10_000)
    after: list[Slug] = Field(default=[])
    promised_days: int | None = Field(default=None, ge=1, le=400)
    promised_in: Literal["working_days", "days"] = "working_days"
    booking_quota: int | None = Field(default=None, ge=0, le=500)
    self_service: Annotated[str, StringConstraints(max_length=60)] = ""
    self_service_en: Annotated[str, StringConstraints(max_length=60)] = ""
    guide: Guide


class Elsewhere(Strict):
    """A matter that people ask for here and that others do: who, and where."""

    name: Name
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    who: Name
    who_en: Text = ""
    where: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    where_en: Text = ""
    phone: Text = ""
    words: list[Annotated[str, StringConstraints(min_length=1, max_length=40)]] = Field(default=[], max_length=20)
