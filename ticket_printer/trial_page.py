"""A page that shows what a printer can: its width, Chinese and other letters, a code, its cut."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ticket_printer.slip import Slip

if TYPE_CHECKING:
    from ticket_printer.follower import Habits


def page_of(habits: Habits, address: str) -> Slip:
    """The page of a printer, as it is set. It names the printer, so that two aren't taken for each other."""
    make = habits.make
    words = "文字 text" if make.mode == "text" else "图形 raster"
    page = Slip.of(
        ("hall", habits.hall),
        ("head", "测试页 Test page"),
        ("place", habits.name),
        ("text", address),
        ("text", f"{make.width_mm} mm　{words}"),
        ("rule", ""),
        ("number", "A018"),
        ("ahead", "前面 6 人　约 12–18 分钟"),
        ("item", "城乡居民养老保险参保登记"),
        ("strong", "“请带身份证、户口簿，共 3 份。”"),
        ("point", "虚线两头都看得到，没有缺字　Nothing is cut off at either side"),
        ("point", "手机扫得开下面的码　A phone reads the code"),
        ("point", "纸切得开　The paper is cut"),
        ("rule", ""),
        ("code", f"TEST {habits.name} {time.strftime('%Y-%m-%d %H:%M:%S')}"),
        ("beside", "扫码应显示打印机"),
        ("beside", "和时间。"),
        ("beside", "It names printer and time."),
        ("foot", time.strftime("%Y-%m-%d %H:%M:%S")),
    )
    return replace(page, paper="test")
