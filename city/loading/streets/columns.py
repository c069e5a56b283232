"""Under which names files have a street's name, its house numbers and an address: ours, OpenStreetMap's, the Census Bureau's, Esri's.

Names are compared in small letters. What a city calls otherwise is named in city.toml, `[street_fields]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from city.loading.streets.raw import RawEntry

WHOLE_NAMES = (
    "name", "fullname", "full_name", "fullstname", "full_street_name", "st_fullname", "road_name", "roadname", "rd_name",
    "street_name", "streetname", "strname", "fename_full", "complete_street_name", "lf_name", "linear_name_full", "label",
)  # fmt: skip
"""Fields that hold a street's whole name, the likeliest first."""

BARE_NAMES = ("street_nam", "st_name", "stname", "str_name", "streetnam", "street", "fename", "basename")
"""Fields that mostly hold it without its kind and direction, which stand in fields of their own."""

BEFORE = (
    "predir",
    "pre_dir",
    "st_predir",
    "prefix",
    "fedirp",
    "predirection",
    "pretype",
    "st_pretyp",
    "pretypabrv",
)
BEHIND = (
    "suftype", "suf_type", "sttype", "st_type", "st_postyp", "streettype", "street_typ", "street_type", "str_type", "fetype", "suftypabrv", "type",
    "sufdir", "suf_dir", "st_posdir", "fedirs", "suffix_dir",
)  # fmt: skip

FROM_NUMBERS = (
    "from_number", "lfromadd", "rfromadd", "lfromhn", "rfromhn", "fromaddr_l", "fromaddr_r", "fromleft", "fromright",
    "l_f_add", "r_f_add", "l_from_add", "r_from_add", "lf_addr", "rf_addr", "from_left", "from_right", "fraddl", "fraddr", "lo_num_l", "lo_num_r", "lonuml", "lonumr",
)  # fmt: skip
TO_NUMBERS = (
    "to_number", "ltoadd", "rtoadd", "ltohn", "rtohn", "toaddr_l", "toaddr_r", "toleft", "toright",
    "l_t_add", "r_t_add", "l_to_add", "r_to_add", "lt_addr", "rt_addr", "to_left", "to_right", "toaddl", "toaddr", "hi_num_l", "hi_num_r", "hinuml", "hinumr",
)  # fmt: skip
"""The first and the last house number, of either side."""

OTHER_NAMES = (
    "aliases",
    "alias",
    "alt_name",
    "short_name",
    "official_name",
    "loc_name",
    "old_name",
    "name_alt",
    "altname",
)
"""What else people call it; several are separated by semicolons. `name:es` and the like count as well."""

HOUSE_NUMBERS = (
    "addr:housenumber", "number", "housenumber", "house_number", "house_num", "addr_num", "addrnum", "add_number",
    "st_num", "street_number", "streetnumber", "house_no", "addressnumber", "address_number", "no", "hausnummer", "numero",
)  # fmt: skip
STREETS_OF_HOUSES = (
    "addr:street",
    "street",
    *(name for name in WHOLE_NAMES if name != "name"),
    "road",
    "st_name",
    "stname",
)
WHOLE_ADDRESSES = ("address", "full_address", "fulladdr", "full_addr", "fulladdress", "addr", "site_addr")
LATITUDES = ("latitude", "lat", "y", "ycoord", "point_y", "lat_dd")
LONGITUDES = ("longitude", "lon", "lng", "long", "x", "xcoord", "point_x", "lon_dd")


_SHORT_KIND = re.compile(r"\b(?:ST|RD|DR|LN|CT|PL|AV|WY|TR|CR|LA|DE|OF)\b")
"""Words of two letters that are no directions."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Reads entries by these names; `own` leads from `name`, `number`, `street`, `latitude`, `longitude`, `from`, `to` to a city's own."""

    own: Mapping[str, str]

    def street_name(self, entry: RawEntry) -> str:
        """The street's whole name; empty where it has none. Some put kind and direction into fields of their own."""
        name = self.first(entry, "name", (*WHOLE_NAMES, *BARE_NAMES))
        if not name:
            return ""
        has = {word.casefold() for word in name.split()}
        before, behind = (
            [part for part in _all_of(entry, names) if not has & {word.casefold() for word in part.split()}]
            for names in (BEFORE, BEHIND)
        )
        return _in_small_letters(" ".join([*before, name, *behind]))

    def other_names(self, entry: RawEntry) -> tuple[str, ...]:
        """What else it is called, each once."""
        names = [*OTHER_NAMES, *(name for name in entry.fields if name.startswith("name:"))]
        said = [one for name in names for one in _listed(entry, name)]
        known = self.street_name(entry)
        return tuple(dict.fromkeys(one for one in said if one != known))

    def numbers(self, entry: RawEntry) -> tuple[int | None, int | None]:
        """The house numbers at the first and the last point; both sides are one street. 0 stands for none where sides are told apart."""
        starts = _numbers_of(entry, _with_own(self.own, "from", FROM_NUMBERS))
        ends = _numbers_of(entry, _with_own(self.own, "to", TO_NUMBERS))
        if not starts or not ends:
            return None, None
        if sum(ends) / len(ends) >= sum(starts) / len(starts):
            return min(starts), max(ends)
        return max(starts), min(ends)

    def house(self, entry: RawEntry) -> tuple[str, str]:
        """House number and street of an address; both empty where there is none."""
        number = self.first(entry, "number", HOUSE_NUMBERS)
        street = self.first(entry, "street", STREETS_OF_HOUSES)
        if number and street:
            return number, _without_number(street, number)
        whole = _first_of(entry, WHOLE_ADDRESSES).partition(",")[0]
        first, _, rest = whole.partition(" ")
        return (first, rest) if first[:1].isdecimal() and rest else ("", "")

    def first(self, entry: RawEntry, role: str, names: Iterable[str]) -> str:
        """The first of these fields that holds something; the city's own name for it goes before."""
        return _first_of(entry, _with_own(self.own, role, names))


def _in_small_letters(name: str) -> str:
    """`N MILL RD` as people write it, N Mill Rd: what a county keeps in capitals would be shouted at residents."""
    if not name.isupper() or not re.search(r"[^\W\d]{3}", name):
        return name
    return re.sub(
        r"[^\W_]{3,}",
        lambda word: word[0].capitalize(),
        _SHORT_KIND.sub(lambda word: word[0].capitalize(), name),
    )


def _with_own(own: Mapping[str, str], role: str, names: Iterable[str]) -> tuple[str, ...]:
    return (own[role].casefold(),) if role in own else tuple(names)


def _first_of(entry: RawEntry, names: Iterable[str]) -> str:
    return next((text for name in names if name in entry.fields and (text := entry.text(name))), "")


def _all_of(entry: RawEntry, names: Iterable[str]) -> list[str]:
    return [text for name in names if name in entry.fields and (text := entry.text(name))]


def _listed(entry: RawEntry, name: str) -> list[str]:
    value = entry.fields.get(name)
    if isinstance(value, list):
        return [" ".join(one.split()) for one in value if isinstance(one, str) and one.strip()]
    return [part.strip() for part in entry.text(name).split(";") if part.strip()]


def _numbers_of(entry: RawEntry, names: Iterable[str]) -> list[int]:
    """Numbers that are houses'; 0 of a side stands for no houses there, 0 in `from_number` for itself."""
    found = [(name, leading_digits(entry.text(name))) for name in names if name in entry.fields]
    return [number for name, number in found if number or (number == 0 and name == "from_number")]


def leading_digits(text: str) -> int | None:
    """12 of `12A` and `12-14`; None where no digit begins it."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    return int(digits) if digits and len(digits) <= 6 else None


def _without_number(street: str, number: str) -> str:
    """Some write the number into the street as well."""
    return street.removeprefix(f"{number} ")
