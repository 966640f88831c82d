from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from displays.voice import Voice


@pytest.fixture
async def voice() -> AsyncIterator[Voice]:
    """The real voice: espeak-ng in its worker."""
    voice = Voice(timeout_s=20)
    yield voice
    await voice.close()
