"""Makes the placeholder recordings that calls are spoken from: ``python scripts/make_voice.py [FOLDER]``.

Needs Debian's ``espeak-ng`` and ``opus-tools``, and numpy. Each voice gets a folder of short mono recordings,
trimmed and of equal level, and a ``voice.json`` that says which recording is which chunk and how a call is
composed of them. Mandarin is written as pinyin, since espeak-ng 1.51 misreads its characters.
"""
# ruff: noqa: INP001, S603, S607, T201

from __future__ import annotations

import json
import string
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parents[1] / "display" / "static" / "voice"
RATE = 24_000
"""Samples a second of the chime; espeak-ng has its own, 22,050."""
KBIT = 20
LOUD = 10 ** (-19 / 20)
"""Root mean square of what is speech in a recording, of full scale: −19 dBFS."""
PEAK = 10 ** (-1 / 20)
QUIET = 10 ** (-42 / 20)
"""What is quieter than this below the peak, at either end, is trimmed."""
FADE_S = 0.005
LONGEST = 64
"""Windows up to this number are spoken as numbers; the contract has no more."""
TICKET, WINDOW = "{number}", "{window}"

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Say:
    """What espeak-ng is given for one chunk: its voice, a text, words a minute, silence after it."""

    voice: str
    text: str
    pace: int = 165
    rest_s: float = 0.03


@dataclass(frozen=True, slots=True)
class Voice:
    """One folder: its chunks, and for each language how a call is composed.

    ``numbered``: the window has a number; ``named``: its label is letters or words; ``unseen``: nothing of
    its label can be spoken, so people are sent to the screen.
    """

    spoken: str
    chunks: Mapping[str, Say]
    calls: Mapping[str, Mapping[str, list[str]]]


def main() -> None:
    """Make all voices and the chime."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, voice in {"cmn": mandarin(), "yue": cantonese(), "en": english()}.items():
        make(folder / name, voice)
    compress(levelled(chime()), RATE, folder / "chime.opus", 32)
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    print(f"{len(sizes)} files, {sum(sizes) / 1e6:.2f} MB in {folder}")


# ---- what is said ----------------------------------------------------------------------------------------


def letters() -> Iterator[tuple[str, Say]]:
    """The Latin letters, in every language by their English names, as people in queues say them."""
    for letter in string.ascii_uppercase:
        yield letter, Say("en", letter, 160, 0.04)


def mandarin() -> Voice:
    """Mandarin: one set of chunks, with the mainland's and Taiwan's own phrases."""
    digits = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]

    def say(pinyin: str, rest_s: float = 0.03) -> Say:
        return Say("cmn-latn-pinyin", pinyin, 150 if pinyin in digits else 172, rest_s)

    words = {
        ("贵宾", "貴賓"): "gui4 bin1",
        ("理财", "理財"): "li3 cai2",
        ("对公", "對公"): "dui4 gong1",
        ("个人", "個人"): "ge4 ren2",
        ("企业", "企業"): "qi3 ye4",
        ("快速",): "kuai4 su4",
        ("综合", "綜合"): "zong1 he2",
        ("外币", "外幣"): "wai4 bi4",
    }
    chunks = {
        **dict(letters()),
        **{str(n): say(pinyin) for n, pinyin in numbers(digits, "shi2").items()},
        **{written: say(pinyin) for forms, pinyin in words.items() for written in forms},
        "please": say("qing3", 0.06),
        "number-to": say("hao4 dao4"),
        "number-window": say("hao4 chuang1 kou3 ban4 li3"),
        "window": say("chuang1 kou3 ban4 li3"),
        "number-look": say("hao4 kan4 ping2 mu4"),
        "guest": say("lai2 bin1", 0.06),
        "number-please-to": say("hao4, qing3 zhi4"),
        "number-counter": say("hao4 gui4 tai2"),
        "counter": say("gui4 tai2"),
        "number-please-look": say("hao4, qing3 kan4 ying2 mu4"),
    }
    calls = {
        "zh-Hans": {
            "numbered": ["please", TICKET, "number-to", WINDOW, "number-window"],
            "named": ["please", TICKET, "number-to", WINDOW, "window"],
            "unseen": ["please", TICKET, "number-look"],
        },
        "zh-Hant-TW": {
            "numbered": ["guest", TICKET, "number-please-to", WINDOW, "number-counter"],
            "named": ["guest", TICKET, "number-please-to", WINDOW, "counter"],
            "unseen": ["guest", TICKET, "number-please-look"],
        },
    }
    return Voice("Mandarin", chunks, calls)


def cantonese() -> Voice:
    """Cantonese, with Hong Kong's phrase."""

    def say(text: str, rest_s: float = 0.03) -> Say:
        return Say("yue", text, 155, rest_s)

    words = {
        ("貴賓", "贵宾"): "貴賓",
        ("理財", "理财"): "理財",
        ("對公", "对公"): "對公",
        ("個人", "个人"): "個人",
        ("企業", "企业"): "企業",
        ("快速",): "快速",
        ("綜合", "综合"): "綜合",
        ("外幣", "外币"): "外幣",
    }
    chunks = {
        **dict(letters()),
        **{str(n): say(text) for n, text in numbers(list("零一二三四五六七八九"), "十").items()},
        **{written: say(text) for forms, text in words.items() for written in forms},
        "please": say("請", 0.06),
        "number-to": say("號到"),
        "number-counter": say("號櫃位"),
        "counter": say("櫃位"),
        "number-look": say("號留意顯示屏"),
    }
    calls = {
        "zh-Hant-HK": {
            "numbered": ["please", TICKET, "number-to", WINDOW, "number-counter"],
            "named": ["please", TICKET, "number-to", WINDOW, "counter"],
            "unseen": ["please", TICKET, "number-look"],
        },
    }
    return Voice("Cantonese", chunks, calls)


def english() -> Voice:
    """English; beside Hong Kong's Chinese it says counter."""
    digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    teens = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty"]
    said = [*digits, *teens, "nineteen"]
    said += [f"{ten} {digit}".removesuffix(" zero") for ten in tens for digit in digits]
    words = {
        ("贵宾", "貴賓"): "V I P",
        ("理财", "理財"): "wealth",
        ("对公", "對公", "企业", "企業"): "corporate",
        ("个人", "個人"): "personal",
        ("快速",): "express",
        ("综合", "綜合"): "general",
        ("外币", "外幣"): "foreign currency",
    }
    chunks = {
        **dict(letters()),
        **{str(n): Say("en", said[n]) for n in range(LONGEST + 1)},
        **{written: Say("en", text) for forms, text in words.items() for written in forms},
        "to-window": Say("en", "please come to window"),
        "to-counter": Say("en", "please come to counter"),
        "look": Say("en", "please look at the screen"),
    }
    calls = {
        "en": {
            "numbered": [TICKET, "to-window", WINDOW],
            "named": [TICKET, "to-window", WINDOW],
            "unseen": [TICKET, "look"],
        },
        "en-HK": {
            "numbered": [TICKET, "to-counter", WINDOW],
            "named": [TICKET, "to-counter", WINDOW],
            "unseen": [TICKET, "look"],
        },
    }
    return Voice("English", chunks, calls)


def numbers(digits: list[str], ten: str) -> dict[int, str]:
    """0 to 64 as Chinese counts: 21 is two ten one."""
    said = dict(enumerate(digits))
    for number in range(10, LONGEST + 1):
        tens, ones = divmod(number, 10)
        parts = [*([digits[tens]] if tens > 1 else []), ten, *([digits[ones]] if ones else [])]
        said[number] = " ".join(parts) if ten.isascii() else "".join(parts)
    return said


# ---- how it is made --------------------------------------------------------------------------------------


def make(folder: Path, voice: Voice) -> None:
    """Record one voice's chunks and write its manifest. What is spoken the same is recorded once."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.opus"):
        old.unlink()
    made: dict[Say, str] = {}
    for chunk, say in voice.chunks.items():
        if say not in made:
            made[say] = file_name(chunk, say)
            samples, rate = spoken(say)
            still = np.zeros(int(say.rest_s * rate))
            compress(np.concatenate([levelled(trimmed(samples), rate), still]), rate, folder / made[say])
    manifest = {
        "spoken": voice.spoken,
        "made_with": "espeak-ng 1.51 (placeholders; replace them by your own recordings)",
        "chunks": {chunk: made[say] for chunk, say in voice.chunks.items()},
        "calls": voice.calls,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "voice.json").write_text(text + "\n", "utf-8")


def file_name(chunk: str, say: Say) -> str:
    """A plain name: the chunk's own, else what is said, as pinyin or as code points."""
    if chunk.isascii():
        return f"{chunk}.opus"
    said = say.text.replace(" ", "-") if say.text.isascii() else "-".join(f"{ord(one):x}" for one in chunk)
    return f"word-{said}.opus"


def spoken(say: Say) -> tuple[Samples, int]:
    """What espeak-ng says, −1 to 1, and its samples a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["espeak-ng", "-v", say.voice, "-s", str(say.pace), "-w", str(path), "--", say.text]
        subprocess.run(command, check=True, capture_output=True)
        return read_wav(path)


def read_wav(path: Path) -> tuple[Samples, int]:
    """A mono file of 16 bits."""
    with wave.open(str(path), "rb") as file:
        data = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return data.astype(float) / 2**15, file.getframerate()


def trimmed(samples: Samples) -> Samples:
    """Without the silence at both ends."""
    loud = np.flatnonzero(np.abs(samples) > QUIET * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def levelled(samples: Samples, rate: int = RATE) -> Samples:
    """As loud as all others, without clicks at its ends."""
    frame = rate // 50
    whole = samples[: len(samples) // frame * frame]
    power = (whole.reshape(-1, frame) ** 2).mean(axis=1) if len(whole) else np.array([(samples**2).mean()])
    speech = power[power > power.max() / 100]
    gain = min(LOUD / np.sqrt(speech.mean()), PEAK / np.abs(samples).max())
    edge = min(int(FADE_S * rate), len(samples) // 2)
    fade = np.ones(len(samples))
    fade[:edge] = np.linspace(0, 1, edge)
    fade[len(samples) - edge :] = np.linspace(1, 0, edge)
    return samples * gain * fade


def chime(notes: Iterable[tuple[float, float]] = ((0.0, 880.0), (0.13, 659.26))) -> Samples:
    """Two falling notes with a quick decay: words may begin over the end of the second."""
    t = np.arange(int(0.6 * RATE)) / RATE
    made = np.zeros_like(t)
    for at, hertz in notes:
        after = np.clip(t - at, 0, None)
        struck = np.exp(-after / 0.09) * (t >= at)
        made += struck * (np.sin(2 * np.pi * hertz * after) + 0.25 * np.sin(4 * np.pi * hertz * after))
    return made


def compress(samples: Samples, rate: int, path: Path, kbit: int = KBIT) -> None:
    """Write as Opus, the same bytes each time."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.wav"
        with wave.open(str(plain), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(samples, -1, 1) * (2**15 - 1)).astype("<i2").tobytes())
        options = ["--quiet", "--bitrate", str(kbit), "--padding", "0", "--serial", "1"]
        subprocess.run(["opusenc", *options, str(plain), str(path)], check=True, capture_output=True)


if __name__ == "__main__":
    main()
