"""Accordions and tabs: answers that a page opens at a click, with their questions on a button.

They are told by what belongs together (a switch and the panel that it controls, a heading and the hidden words that are all there is
below it), not by the names that their makers gave them.
"""

from __future__ import annotations

from typing import Any

from knowledge.readers.hidden import HEADINGS, INLINE, SHOWN, attribute_of, is_hidden_by_page, words_in

SWITCH_HEADING = "h4"
_OPENS_ELSE = frozenset(["modal", "dropdown", "offcanvas", "tooltip", "popover"])
_MENUS = frozenset(["menu", "menubar", "navigation", "dialog", "alertdialog", "listbox", "tree"])
_SWITCHES = frozenset(["button", "a", "label"])


def open_disclosures(root: Any) -> None:
    """Mark the panels of accordions and tabs as shown, and make the switch of each the heading above it."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    by_id = {element.get("id"): element for element in reversed(elements) if element.get("id")}
    for element in elements:
        if element.get("role") == "heading":
            _make_heading(element)
        if _is_switch(element):
            _open_panel(element, by_id)
        elif element.tag in {"ul", "ol"}:
            _name_tabs(element, by_id)
    for element in elements:
        if any(element.get(name) is not None for name in ("hidden", "aria-hidden", "style", "class")):
            _open_answer(element)


def _make_heading(element: Any) -> None:
    if element.tag not in HEADINGS:
        level = f"h{element.get('aria-level')}"
        element.tag = level if level in HEADINGS else SWITCH_HEADING


def _is_switch(element: Any) -> bool:
    return (
        element.tag in _SWITCHES or bool(element.get("aria-expanded")) or element.get("role") == "tab"
    ) and not _is_of_menu(element)


def _open_panel(switch: Any, by_id: dict[str, Any]) -> None:
    """Show what the switch controls, and make a heading of it where none is around it."""
    panel = _panel_of(switch, by_id)
    is_named = any(one.tag in HEADINGS or one.tag in {"summary", "dt"} for one in switch.iterancestors())
    if panel is not None and not _is_of_menu(panel):
        panel.set(SHOWN, "")
        if switch.get("role") == "tab":
            _move_name(switch, panel)
        elif not is_named and switch.tag != "label":
            switch.tag = SWITCH_HEADING
    if is_named and switch.tag == "button":
        switch.tag = "span"


def _panel_of(switch: Any, by_id: dict[str, Any]) -> Any:
    """The element that a switch opens; None where it is none, or opens a dialog."""
    opens = attribute_of(switch, "data-toggle", "data-bs-toggle").lower()
    if opens in _OPENS_ELSE or attribute_of(switch, "aria-haspopup") not in {"", "false"}:
        return None
    named = attribute_of(switch, "aria-controls", "data-target", "data-bs-target", "data-controls")
    if (panel := by_id.get(named.lstrip("#").split(" ")[0])) is not None:
        return panel
    if (panel := _place_of(switch, by_id)) is not None and opens:
        return panel
    follows = _next_of(switch)
    if panel is not None and (panel is follows or is_hidden_by_page(panel)):
        return panel
    return follows if switch.get("aria-expanded") else None


def _place_of(link: Any, by_id: dict[str, Any]) -> Any:
    """The element on the page that a link leads to; None where it leads elsewhere."""
    address = attribute_of(link, "href")
    return by_id.get(address[1:]) if address.startswith("#") else None


def _name_tabs(tabs: Any, by_id: dict[str, Any]) -> None:
    """Set the links of a list above the panels they open: places that stand side by side, or as many behind the list."""
    links = [link for item in tabs if (link := next(item.iter("a"), None)) is not None]
    addresses = {attribute_of(link, "href") for link in links}
    if (
        not 1 < len(links) == len(tabs)
        or any(not one.startswith("#") for one in addresses)
        or _is_of_menu(tabs)
    ):
        return
    panels = _panels_behind(tabs) if addresses == {"#"} else [_place_of(link, by_id) for link in links]
    if len(panels) == len(links) == len(set(panels)) and len({_parent_of(panel) for panel in panels}) == 1:
        for link, panel in zip(links, panels, strict=True):
            _name_panel(link, panel)


def _panels_behind(tabs: Any) -> list[Any]:
    follows = tabs.getnext()
    return [] if follows is None else list(follows)


def _parent_of(panel: Any) -> Any:
    return None if panel is None else panel.getparent()


def _name_panel(link: Any, panel: Any) -> None:
    """Set a link above its panel, unless that has a name or is no box."""
    if panel is None or panel.tag not in {"div", "section"}:
        return
    heading = next(panel.iter(*HEADINGS), None)
    is_named = heading is not None and words_in(panel).startswith(words_in(heading))
    if not is_named:
        panel.set(SHOWN, "")
        _move_name(link, panel)


def _move_name(tab: Any, panel: Any) -> None:
    """Set the words of a tab above its panel; where tabs stood, nothing is said of them."""
    heading = panel.makeelement(SWITCH_HEADING)
    heading.text = words_in(tab)
    heading.tail, panel.text = panel.text, None
    panel.insert(0, heading)
    for child in list(tab):
        tab.remove(child)
    tab.text = ""


def _next_of(element: Any) -> Any:
    """What stands behind an element, or behind what holds nothing but it."""
    while (follows := element.getnext()) is None:
        above = element.getparent()
        if above is None or len(above) > 1 or words_in(above) != words_in(element):
            return None
        element = above
    return follows


def _is_of_menu(element: Any) -> bool:
    around = [element, *element.iterancestors()]
    return any(one.tag == "nav" or one.get("role") in _MENUS for one in around)


def _open_answer(element: Any) -> None:
    """Show hidden words that are all there is below a heading."""
    above = element.getprevious()
    if element.tag in INLINE or above is None or not is_hidden_by_page(element) or not _names_section(above):
        return
    below = element.getnext()
    if below is None or _names_section(below) or _is_link_to_nowhere(above):
        element.set(SHOWN, "")


def _names_section(element: Any) -> bool:
    """Whether an element is a heading or a link that leads nowhere, or nothing but one."""
    if element.tag in HEADINGS or element.tag in {"dt", "summary"}:
        return True
    inner = next((one for one in element.iter(*HEADINGS)), None)
    return (inner is not None and words_in(inner) == words_in(element)) or _is_link_to_nowhere(element)


def _is_link_to_nowhere(element: Any) -> bool:
    """Whether an element is nothing but a link that only a script can give a meaning, as it opens what follows."""
    link = next(element.iter("a"), None)
    address = "" if link is None else (link.get("href") or "#")
    nowhere = address == "#" or address.lower().startswith("javascript:")
    return nowhere and bool(words_in(link)) and words_in(link) == words_in(element)
