"""Pure: names of units as they stand in files, made comparable and readable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ACRONYMS = frozenset(
    """
    upt uptd rsud rsu sd sdn smp smpn sma sman smk smkn tk tkn slb paud pkbm skb bkpsdm bkd bpkad
    bpbd bappeda dpmptsp dprd blud kb ppkb opd kua pkk asn i ii iii iv v vi vii viii ix x
    """.split()  # noqa: SIM905  # a list of quoted words would be three times as long
)
SMALL = {"dan", "di", "ke", "dari", "untuk", "pada", "serta", "atau", "dengan"}


@lru_cache(maxsize=4096)
def unit_key(name: str) -> str:
    """Reduce a unit's name to letters and digits: "Kramat Watu" and "KRAMATWATU" are one."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@lru_cache(maxsize=4096)
def readable_unit(name: str) -> str:
    """Write a name in capitals in title case; acronyms and Roman numbers keep theirs."""
    if name != name.upper():
        return name
    return " ".join(_word(word, place) for place, word in enumerate(name.split()))


def _word(word: str, place: int) -> str:
    bare = re.sub(r"\W", "", word.casefold())
    if bare in SMALL:
        return word.casefold() if place else word.capitalize()
    if bare in ACRONYMS or not re.search(r"[aiueo]", bare):
        return word
    return "-".join(part.capitalize() for part in word.split("-"))
