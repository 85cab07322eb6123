"""The walk through a feed of XML: every element against the tables.

Feeds repeat themselves: an entry has the elements of the one before. What the tables say of a
kind with certain children, or attributes, is therefore worked out once and remembered. What looks
at the whole feed (`has_entries`, `has_author`, `ids`) is likewise found once for a feed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

from lxml import etree

from feedpub import compile_late
from feedpub.lint import dates
from feedpub.lint.findings import Faults, Findings, Options
from feedpub.lint.naming import Children, Names
from feedpub.lint.nodes import (
    RDF,
    RSS_11,
    XML,
    get_line,
    get_namespace,
    get_text,
    has_text,
    iter_elements,
)
from feedpub.lint.templates import Notes
from feedpub.lint.values import WARN_ALONE, Check, make_check
from feedpub.lint.vocabulary import ANY, Attribute, Kind, find_kind

_DOUBTFUL = compile_late("[\x80-\x9f\ufffd]")
_DOUBTFUL_REFERENCE = compile_late(
    "&#0*(?:12[89]|1[345][0-9]|65533|x0*(?:[89][0-9a-f]|fffd));", re.IGNORECASE
)
_XML_ATTRIBUTES = {
    "xml:base": Attribute(("iri-ref",)),
    "xml:lang": Attribute(("language",), or_blank=True),
    "xml:id": Attribute(()),
    "xml:space": Attribute(()),
}
_XML_BASE = f"{{{XML}}}base"
_ABOUT = f"{{{RDF}}}about"
_PARSE_TYPE = f"{{{RDF}}}parseType"

# Code for one kind; True where it leaves nothing to the tables.
Special = Callable[["Walk", etree._Element], bool | None]


class Walk(Names):
    """Walks through one feed of a known format, and notes what is wrong."""

    def __init__(
        self,
        form: str,
        findings: Findings,
        *,
        own: frozenset[str],
        specials: Mapping[str, Special],
        options: Options,
        doubtful: bool,
        version: str = "",
        learns: bool = False,
        stub: etree._Element | None = None,
    ) -> None:
        super().__init__(form, own)
        self.findings = findings
        self.options = options
        self.version = version
        self.has_entries = True
        self.has_author = False
        self.ids: list[tuple[str, etree._Element]] = []
        self._notes: Notes | None = None
        self.learned: list[Notes] = []
        self._learns = learns
        self._stub = stub
        self._entries: dict[etree._Element, int] = {}
        self._specials = specials
        self._doubtful = doubtful
        self._unusual = find_kind("unusual")
        self.seen: set[tuple[str, str]] = set()
        self._texts: dict[tuple[etree._Element, str], str] = {}
        self._checks: dict[tuple[str, ...], tuple[Check, ...]] = {}
        self._plans: dict[tuple[object, ...], tuple[Kind, ...] | None] = {}
        self._attribute_plans: dict[tuple[object, ...], tuple[Attribute, ...] | None] = {}
        self._listed: tuple[etree._Element | None, Children] = (None, [])

    def visit(self, node: etree._Element, kind: Kind) -> None:
        """Check an element and all below it."""
        if not kind.is_entry:
            self._visit(node, kind)
        elif node is not self._stub:
            self._entries[node] = self.findings.begin_entry()
            self._visit_entry(node, kind)
            self.findings.entry = None

    def _visit_entry(self, node: etree._Element, kind: Kind) -> None:
        errors = self.findings.count
        self._notes = Notes(node) if self._learns else None
        self._visit(node, kind)
        if self._notes and self.findings.count == errors:
            self.learned.append(self._notes)
        self._notes = None

    def _visit(self, node: etree._Element, kind: Kind) -> None:
        self.check_attributes(node, kind)
        if self._notes and kind.special:
            self._notes.left[node] = kind.left
        if kind.special and self._specials[kind.special](self, node):
            pass  # the code has checked all of it
        elif kind.text is not None:
            self.visit_text(node, kind.text)
        else:
            self.visit_children(node, kind)

    def find_entry(self, node: etree._Element) -> int | None:
        """Find the index of the entry that an element is, or is in."""
        around = (self._entries.get(element) for element in (node, *node.iterancestors()))
        return next((index for index in around if index is not None), None)

    def list_children(self, node: etree._Element) -> Children:
        """List the child elements of an element with their names; the last list is kept."""
        if self._listed[0] is not node:
            self._listed = (node, self.name_children(node))
        return self._listed[1]

    def find_text(self, node: etree._Element, name: str) -> str:
        """Find the text of the first child element of a name; it is looked for once."""
        key = (node, name)
        if key not in self._texts:
            children = (child for child in iter_elements(node) if self.name(child) == name)
            child = next(children, None)
            self._texts[key] = "" if child is None else get_text(child).strip()
        return self._texts[key]

    def visit_children(self, node: etree._Element, kind: Kind) -> None:
        """Check which elements an element holds."""
        children = self.list_children(node)
        if has_text(node):
            self.add("text-unexpected", node, parent=self.show(node))
        key = (kind.name, *[name for name, _ in children])
        if key not in self._plans:
            self._plans[key] = self._plan_children(children, kind)
        plan = self._plans[key]
        if plan is None:
            self._visit_odd_children(node, kind, children)
            return
        for (_, child), own in zip(children, plan, strict=True):
            if own.name == ANY:
                self.visit_any(child)
            else:
                self.visit(child, own)

    def _plan_children(self, children: Children, kind: Kind) -> tuple[Kind, ...] | None:
        """Find the kind of each child; None where anything is wrong with their choice."""
        counts: Counter[str] = Counter()
        kinds = []
        for name, _ in children:
            counts[name] += 1
            child = kind.children.get(name)
            if child is None or (child.most is not None and counts[name] > child.most):
                return None
            kinds.append(self._find_kind(child.kind))
        if not counts.keys() >= kind.wanted:
            return None
        return tuple(kinds)

    def _find_kind(self, name: str) -> Kind:
        return find_kind("rss-item-0.91" if (name, self.version) == ("rss-item", "0.91") else name)

    def _visit_odd_children(self, node: etree._Element, kind: Kind, children: Children) -> None:
        counts: Counter[str] = Counter()
        for given, child in children:
            name = given
            if kind.name.startswith("atom-"):
                name = name.removeprefix("atom:")  # an author of Atom's in RSS
            known = kind.children.get(name)
            if known is None and name.startswith("dc:") and "." in name:
                # Dublin Core as it was once refined: dc:date.created.
                known = kind.children.get(name.partition(".")[0])
            if known is None:
                self._visit_other(child, name, node)
                continue
            counts[name] += 1
            if known.most is not None and counts[name] > known.most:
                self.add(known.repeated, child, name=name, parent=self.show(node))
            self._visit_as(child, known.kind)
        for name, wanted in kind.children.items():
            if wanted.missing and not counts[name]:
                self.add(wanted.missing, node, name=name, parent=self.show(node))

    def _visit_as(self, child: etree._Element, kind: str) -> None:
        if kind == ANY:
            self.visit_any(child)
        else:
            self.visit(child, self._find_kind(kind))

    def _visit_other(self, child: etree._Element, name: str, node: etree._Element) -> None:
        parent = self.show(node)
        if name.startswith("?") and not get_namespace(child):
            self.add("element-unqualified", child, name=name[1:])
        elif name.startswith("xhtml:"):
            self.add("element-unusual", child, name=name, parent=parent)
        elif not name.startswith("?"):
            in_module = self.form == "atom" and ":" in self.name(node)
            unusual = f"atom:{name}" if in_module and ":" not in name else name
            known = self._unusual.children.get(unusual)
            if known is not None:
                self.add("element-unusual", child, name=name, parent=parent)
                self._visit_as(child, known.kind)
                return
            self.add("element-unknown", child, name=name, parent=parent)
        self.visit_any(child)

    def visit_text(self, node: etree._Element, checks: tuple[str, ...]) -> None:
        """Check an element that holds only text."""
        if not len(node):
            if self._doubtful:
                self.check_characters(node.text or "", node)
            self.check_text(node.text or "", checks, node)
            return
        elements = list(iter_elements(node))
        text = get_text(node)
        self.check_characters(text, node)
        if not elements:
            self.check_text(text, checks, node)
        elif self.form != "rdf":
            name, parent = self.show(elements[0]), self.show(node)
            self.add("element-in-text", elements[0], name=name, parent=parent)
        elif text.strip() and node.get(_PARSE_TYPE) != "Literal":
            self.add("rdf-mixed", node, parent=self.show(node))
        self.visit_any_children(node)

    def visit_any_children(self, node: etree._Element) -> None:
        """Check the rules for any element in each child element."""
        for child in iter_elements(node) if len(node) else ():
            self.visit_any(child)

    def visit_any(self, node: etree._Element) -> None:
        """Check the rules for any element: those of RSS and RDF, and broken characters."""
        if self.form == "atom" and not self._doubtful:
            return
        for element in node.iter(etree.Element):
            for key, value in element.items():
                self.check_characters(str(value), element, str(key))
            self.check_characters(element.text or "", element)
            if self.form == "rss" and element is not node and not get_namespace(element):
                self.add("element-without-namespace", element, name=element.tag)
            if self.form == "rdf":
                self.note_about(element)
                if element is not node and get_namespace(element) == RSS_11:
                    name, parent = self.name(element), self.show(node)
                    self.add("element-unknown", element, name=name, parent=parent)

    def note_about(self, node: etree._Element) -> None:
        """Note the rdf:about of a resource, which no other may have."""
        about = node.get(_ABOUT)
        if about is not None and not self.is_new("about", about, node, _ABOUT):
            self.add("rdf-about-repeated", node, value=about)

    def is_new(self, what: str, value: str, node: etree._Element, key: str | None = None) -> bool:
        """Say whether a value is the first of its sort in the feed, and remember it.

        It is the text of an element, or its attribute of this key.
        """
        if self._notes:
            self._notes.new.append((what, (node, key)))
        known = (what, value) in self.seen
        self.seen.add((what, value))
        return not known

    def note_id(self, node: etree._Element) -> None:
        """Note the id of an entry, to compare all of them at the end of the feed."""
        if self._notes:
            self._notes.new.append(("id", (node, None)))
        self.ids.append((get_text(node).strip(), node))

    def check_attributes(self, node: etree._Element, kind: Kind) -> None:
        """Check the attributes of an element."""
        items = node.items()
        if not items and not kind.attributes:
            return
        key = (kind.name, *[key for key, _ in items])
        if key not in self._attribute_plans:
            self._attribute_plans[key] = self._plan_attributes(node, kind)
        plan = self._attribute_plans[key]
        if plan is None:
            self._check_odd_attributes(node, kind)
            return
        for (name, value), known in zip(items, plan, strict=True):
            self._check_attribute(str(name), str(value), known, node)

    def _plan_attributes(self, node: etree._Element, kind: Kind) -> tuple[Attribute, ...] | None:
        names = [self.name_attribute(str(key)) for key in node.keys()]  # noqa: SIM118
        known = [kind.attributes.get(name) or _XML_ATTRIBUTES.get(name) for name in names]
        missing = any(a.missing and name not in names for name, a in kind.attributes.items())
        found = tuple(attribute for attribute in known if attribute is not None)
        return None if missing or len(found) < len(known) else found

    def _check_odd_attributes(self, node: etree._Element, kind: Kind) -> None:
        given = set()
        for key, value in node.items():
            name = self.name_attribute(str(key))
            given.add(name)
            known = kind.attributes.get(name) or _XML_ATTRIBUTES.get(name)
            if known is not None:
                self._check_attribute(str(key), str(value), known, node)
            elif not name.startswith("?") and not self._is_rdf(name, kind):
                self.add("attribute-unknown", node, name=name, parent=self.show(node))
        for name, wanted in kind.attributes.items():
            if wanted.missing and name not in given:
                self.add(wanted.missing, node, name=name, parent=self.show(node))

    def _is_rdf(self, name: str, kind: Kind) -> bool:
        return (
            self.form == "rdf"
            and kind.text is not None
            and name in ("rdf:parseType", "rdf:datatype", "rdf:resource")
        )

    def _check_attribute(
        self, key: str, value: str, known: Attribute, node: etree._Element
    ) -> None:
        if self._doubtful:
            self.check_characters(value, node, key)
        if key == _XML_BASE and self.form != "rdf":
            self.add("xml-base", node)
        if known.checks and not (known.or_blank and not value):
            self.check_value(value, known.checks, node, key=key)

    def check_text(self, text: str, checks: tuple[str, ...], node: etree._Element) -> None:
        """Check the text of an element; white space around it is a fault only where it is bare."""
        value = text.strip()
        if "bare" in checks and text != value:
            self.add("white-space-around", node, where=self.show(node))
        self.check_value(value, checks, node, before=text)

    def check_value(
        self,
        value: str,
        checks: tuple[str, ...],
        node: etree._Element,
        *,
        key: str | None = None,
        before: str = "",
    ) -> None:
        """Check a value by the checks of these names, and note its faults.

        `key` is the attribute that holds it; `before` is the text of its element, whose leading
        lines are not its own.
        """
        if self._notes:
            self._notes.checked.append(((node, key), checks))
        faults: Faults = ()
        for check in self._find_checks(checks):
            faults += check(value)
        if faults:
            where = self.show_place(node, key)
            line = get_line(node) + before.count("\n", 0, len(before) - len(before.lstrip()))
            for rule, detail in faults:
                self.findings.add(rule, line, where=where, value=value, detail=detail)

    def _find_checks(self, names: tuple[str, ...]) -> tuple[Check, ...]:
        """Find the checks by their names; those that only warn are left out where not wanted."""
        known = self._checks.get(names)
        if known is None:
            unwanted = {"bare", "text"} | (WARN_ALONE if self.options.errors_alone else set())
            wanted = [name for name in names if name not in unwanted]
            known = self._checks[names] = tuple(map(self._make_check, wanted))
        return known

    def _make_check(self, name: str) -> Check:
        if name in dates.FORMS:
            return partial(self._check_date, name)
        return make_check(name)

    def _check_date(self, form: str, value: str) -> Faults:
        epoch_passes = not self.has_entries
        return dates.check_date(value, form, now=self.options.now, epoch_passes=epoch_passes)

    def check_characters(self, text: str, node: etree._Element, key: str | None = None) -> None:
        """Note characters that a wrong encoding leaves."""
        found = _DOUBTFUL.search(text) if self._doubtful else None
        if found:
            where = self.show_place(node, key)
            self.add("characters-doubtful", node, where=where, value=ascii(found[0])[1:-1])

    def add(self, rule: str, node: etree._Element, **details: str) -> None:
        """Note a broken rule at an element."""
        self.findings.add(rule, get_line(node), **details)


def has_doubtful(text: str) -> bool:
    """Say whether a document holds characters that a wrong encoding leaves, or references."""
    return _DOUBTFUL.search(text) is not None or _DOUBTFUL_REFERENCE.search(text) is not None
