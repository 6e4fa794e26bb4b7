"""A branch where all is too long: twelve services with names of sixty characters; and a printer."""

from __future__ import annotations

import json

from .service import NOON

LONG = {
    "zh-Hans": "个人外汇兑换与跨境汇款及外币存取款业务办理服务专用通道" * 2 + "柜台",
    "en": "Personal foreign exchange, remittances and currency counters",
}


def crowded_text(name: str, port: int) -> str:
    """Twelve services with names of sixty characters, all four languages, and a printer."""
    names = ", ".join(f'"{language}" = "{words[:60]}"' for language, words in LONG.items())
    services = [
        f'[[business]]\nid = "b{at}"\nprefix = "{letter * 3}"\nnames = {{ {names} }}\nminutes = [2, 6, 16]\n'
        for at, letter in enumerate("ABCDEFGHIJKL")
    ]
    return "\n".join(
        [
            f'[branch]\nid = "{name}"\nnames = {{ {names} }}\ntimezone = "{NOON}"',
            'languages = ["zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en"]\n',
            *services,
            f'[[window]]\nid = "1"\nbusinesses = {json.dumps([f"b{at}" for at in range(12)])}\n',
            f'[[printer]]\nid = "slips"\nhost = "127.0.0.1"\nport = {port}\n',
        ]
    )
