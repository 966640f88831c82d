"""The manager's pages: who may open them, and that they are drawn as their live region is."""

from __future__ import annotations

import pytest

from tests.web.a_server import OTHER_HALL, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("path", ["/manage", f"/{OTHER_HALL}/manage"])
async def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(served: ServedHall, path: str) -> None:
    answer = await served.ask("GET", path)
    base = path.removesuffix("/manage")
    assert (answer.status, answer.headers["Location"]) == (303, f"{base}/sign-in?next={path}")


async def test_a_clerk_is_told_whose_page_it_is_and_a_manager_sees_it(served: ServedHall) -> None:
    locked = await served.ask("GET", "/manage", by="clerk-1")
    assert locked.status == 403
    assert "这里是大厅管理员的页面" in locked.text
    assert "data-floor" not in locked.text
    seen = await served.ask("GET", "/manage", by="manager")
    assert seen.status == 200
    assert 'data-zone="gongan"' in seen.text
    assert 'aria-current="page">现场</a>' in seen.text


async def test_a_machine_is_no_manager(served: ServedHall) -> None:
    assert (await served.ask("GET", "/manage", by="device")).status == 303
