"""Slips that the tests of the paper side share."""

from __future__ import annotations

import pytest

from ticket_printer.slip import Kind, Slip

FOLLOW_URL = "http://hall.example:8080/t/Mh3kQ9xV2bTn7RcW"


LONG_URL = "https://fuwu.yiqiao.example.gov.cn:8443/yiqiao-town-hall/t/" + "Mh3kQ9xV2bTn7RcW" * 4


@pytest.fixture
def slip() -> Slip:
    return a_slip()


def a_slip(number: str = "A018", **other: str) -> Slip:
    """An ordinary ticket; ``other`` are words of one kind in place of the usual ones."""
    lines: tuple[tuple[Kind, str], ...] = (
        ("hall", "骆家庄便民服务中心"),
        ("zone", "综合受理区"),
        ("number", number),
        ("ahead", "前面 6 人　约 12–18 分钟"),
        ("item", "城乡居民养老保险参保登记"),
        ("rule", ""),
        ("code", FOLLOW_URL),
        ("beside", "扫码看还有几人，"),
        ("beside", "快到时提醒您。"),
        ("beside_strong", "请带：身份证、户口簿"),
        ("foot", "11月23日 09:42　过号回来请点“我回来了”"),
        ("foot", "示例 sample"),
    )
    return Slip.of(*((kind, other.get(kind, words)) for kind, words in lines))


@pytest.fixture
def long_slip() -> Slip:
    """As long as real catalogues and real domain names get, and longer."""
    return Slip.of(
        ("hall", "杭州市萧山区义桥镇人民政府便民服务中心（公共服务分中心）"),
        ("zone", "Immovable-property-registration-and-housing-provident-fund specialised zone"),
        ("number", "WX128"),
        ("ahead", "前面 116 人　约 1 小时 40 分钟–2 小时 30 分钟"),
        ("item", "城乡居民基本医疗保险参保登记与跨统筹地区转移接续手续办理（含新生儿落地参保）"),
        ("rule", ""),
        ("code", LONG_URL),
        ("beside", "Scan to see how many are ahead of you;"),
        ("beside", "we tell you when it is nearly your turn."),
        ("beside_strong", "请带：身份证、户口簿、出生医学证明、结婚证、医保电子凭证、近期一寸免冠照片两张"),
        ("foot", "11月23日 09:42　过号回来请点“我回来了”，已叫过的号会排在三位之后，请留意大厅屏幕与语音呼叫"),
        ("foot", "示例 sample"),
    )


@pytest.fixture
def receipt() -> Slip:
    """Every kind of line that a ticket hasn't."""
    return Slip.of(
        ("hall", "骆家庄便民服务中心"),
        ("head", "一次性告知单"),
        ("item", "城乡居民养老保险参保登记"),
        ("rule", ""),
        ("left", "还缺下面这些，带齐后再来办理："),
        ("point", "户口簿首页和本人页复印件"),
        ("point", "近期一寸免冠照片两张，背面写上姓名；照片须为六个月以内拍摄的"),
        ("point", "银行卡"),
        ("space", "4"),
        ("rule", ""),
        ("place", "公安专区"),
        ("strong", "3、5–8 号窗口"),
        ("text", "工号 0301"),
        ("foot", "11月23日 09:42"),
    )
