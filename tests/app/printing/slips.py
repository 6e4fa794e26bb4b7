"""Slips to be printed in tests."""

from app.branch.plan import PrinterPlan
from display.slip import Slip

LINK = "http://192.168.10.20:8000/t/WyJtYWluIiwiMjAyNjExMjItQTAxMiJd.k3Jx0cJq8mQyZkX5r5R0pX3hQ1s"
SLIP = Slip(
    language="zh-Hans",
    branch="人民路支行",
    heading="您的排队号",
    number="A012",
    business="个人业务",
    lines=("前面还有 3 人", "预计等候 10–20 分钟", "取号时间 2026-11-22 10:05"),
    link=LINK,
    follow="用手机扫码,随时查看排队进度",
    keep="请保留此凭条,留意叫号",
)


def plan(port: int = 9100, **more: object) -> PrinterPlan:
    return PrinterPlan("slips", "127.0.0.1", port, **more)  # type: ignore[arg-type]
