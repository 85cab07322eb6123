"""The walk through a feed of XML: every element against the tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from lxml import etree

from feedpub.linting import dates
from feedpub.linting.findings import Findings
from feedpub.linting.namespaces import PREFIXES, RDF, RSS_11, XML, find_meant
from feedpub.linting.values import CHECKS, check_xml_language, make_check
from feedpub.linting.vocabulary import ANY, Attribute, Child, Kind, find_kind

_DOUBTFUL = re.compile("[\x80-\x9f\ufffd]")
_XML_ATTRIBUTES = frozenset({"base", "id", "lang", "space"})
_EPOCH = "1970-01-01"
_EARLIEST = 1990

Special = Callable[["Walk", etree._Element, Kind], bool]


class Walk:
    """Walks one feed; knows its format, and notes what is wrong."""

    def __init__(
        self,
        form: str,
        findings: Findings,
        *,
        own: frozenset[str],
        specials: dict[str, Special],
        now: datetime | None,
        url: str | None,
    ) -> None:
        self.form = form  # "rss", "atom" or "rdf"
        self.findings = findings
        self.url = url
        self.own = own  # the namespaces of the format's own elements
        self.specials = specials
        self.has_entries = True
        self.version = ""
        self.abouts: set[str] = set()
        self.unusual = find_kind("unusual")
        self._now = now
        self._checks = dict(CHECKS)

    def visit(self, node: etree._Element, kind: Kind) -> None:
        """Check an element and all below it."""
        self.check_attributes(node, kind)
        if kind.special and self.specials[kind.special](self, node, kind):
            return
        if kind.text is not None:
            self.visit_text(node, kind.text)
        else:
            self.visit_children(node, kind)

    def visit_children(self, node: etree._Element, kind: Kind) -> None:
        """Check what elements an element holds."""
        if has_text(node):
            self.add("text-unexpected", node, parent=self.show(node))
        counts: Counter[str] = Counter()
        for child in iter_elements(node):
            name = self.name(child)
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
            self._visit_known(child, known)
        for name, child_of in kind.children.items():
            if child_of.missing and not counts[name]:
                self.add(child_of.missing, node, name=name, parent=self.show(node))

    def _visit_known(self, child: etree._Element, known: Child) -> None:
        if known.kind == ANY:
            self.visit_any(child)
        elif known.kind == "rss-item" and self.version == "0.91":
            self.visit(child, find_kind("rss-item-0.91"))
        else:
            self.visit(child, find_kind(known.kind))

    def _visit_other(self, child: etree._Element, name: str, node: etree._Element) -> None:
        namespace = get_namespace(child)
        if name.startswith("?") and not namespace:
            self.add("element-unqualified", child, name=name[1:])
        elif name.startswith("?"):
            self.visit_any(child)
            return
        elif name.startswith("xhtml:"):
            self.add("element-unusual", child, name=name, parent=self.show(node))
        else:
            unusual = name
            if self.form == "atom" and ":" not in name and ":" in self.name(node):
                unusual = f"atom:{name}"
            known = self.unusual.children.get(unusual)
            if known is not None:
                self.add("element-unusual", child, name=name, parent=self.show(node))
                self._visit_known(child, known)
                return
            self.add("element-unknown", child, name=name, parent=self.show(node))
        self.visit_any(child)

    def visit_text(self, node: etree._Element, checks: tuple[str, ...]) -> None:
        """Check an element that holds text alone."""
        elements = list(iter_elements(node))
        text = get_text(node)
        if elements and self.form != "rdf":
            self.add(
                "element-in-text", elements[0], name=self.show(elements[0]), parent=self.show(node)
            )
        elif elements and text.strip() and node.get(f"{{{RDF}}}parseType") != "Literal":
            self.add("rdf-mixed", node, parent=self.show(node))
        for element in elements:
            self.visit_any(element)
        self.check_characters(text, node, self.show(node))
        if not elements:
            self.check_text(text, checks, node)

    def visit_any(self, node: etree._Element) -> None:
        """Check what holds of every element, whatever it is: names, and RSS's own of namespaces."""
        for element in node.iter(etree.Element):
            for key, value in element.attrib.items():
                self.check_characters(str(value), element, str(key))
            if self.form == "rss" and element is not node and not get_namespace(element):
                self.add("element-without-namespace", element, name=element.tag)
            if self.form == "rdf":
                self.note_about(element)
                if element is not node and get_namespace(element) == RSS_11:
                    name, parent = self.name(element), self.show(node)
                    self.add("element-unknown", element, name=name, parent=parent)
            self.check_characters(element.text or "", element, self.show(element))

    def note_about(self, node: etree._Element) -> None:
        """Note the rdf:about of a resource, which no other may have."""
        about = node.get(f"{{{RDF}}}about")
        if about is None:
            return
        if about in self.abouts:
            self.add("rdf-about-repeated", node, value=about)
        self.abouts.add(about)

    def check_attributes(self, node: etree._Element, kind: Kind) -> None:
        """Check the attributes of an element."""
        given = set()
        for key, raw in node.attrib.items():
            value = str(raw)
            name = self.name_attribute(str(key))
            where = f"{name} of {self.show(node)}"
            self.check_characters(value, node, where)
            if name.startswith("xml:"):
                self._check_xml_attribute(name, value, node)
                continue
            given.add(name)
            known = kind.attributes.get(name)
            if known is not None:
                self.check_attribute(value, known, node, where)
            elif not name.startswith("?") and kind.name != ANY and not self._is_rdf(name, kind):
                self.add("attribute-unknown", node, name=name, parent=self.show(node))
        for name, known in kind.attributes.items():
            if known.missing and name not in given:
                self.add(known.missing, node, name=name, parent=self.show(node))

    def _is_rdf(self, name: str, kind: Kind) -> bool:
        return (
            self.form == "rdf"
            and kind.text is not None
            and name in ("rdf:parseType", "rdf:datatype", "rdf:resource")
        )

    def check_attribute(
        self, value: str, known: Attribute, node: etree._Element, where: str
    ) -> None:
        """Check the value of an attribute."""
        if not (known.or_blank and not value):
            self.check_value(value, known.checks, node, where)

    def _check_xml_attribute(self, name: str, value: str, node: etree._Element) -> None:
        where = f"{name} of {self.show(node)}"
        if name.removeprefix("xml:") not in _XML_ATTRIBUTES:
            self.add("attribute-unknown", node, name=name, parent=self.show(node))
        elif name == "xml:lang":
            for rule, detail in check_xml_language(value):
                self.add(rule, node, where=where, value=value, detail=detail)
        elif name == "xml:base":
            self.check_value(value, ("iri-ref",), node, where)

    def check_text(self, text: str, checks: tuple[str, ...], node: etree._Element) -> None:
        """Check the text of an element; white space around it counts only where it must not be."""
        where = self.show(node)
        if "bare" in checks:
            self.check_value(text, ("bare",), node, where)
        if node.tag == "description" or "html" in checks:
            line_of = find_line_of_text(node, text)
        else:
            line_of = find_line_of_text(node, text) if "\n" in text else get_line(node)
        rest = tuple(check for check in checks if check != "bare")
        self.check_value(text.strip(), rest, node, where, line=line_of)

    def check_value(
        self,
        value: str,
        checks: tuple[str, ...],
        node: etree._Element,
        where: str,
        *,
        line: int | None = None,
    ) -> None:
        """Check a value by the checks of these names, and note its faults."""
        at = line or get_line(node)
        for name in checks:
            if name in dates.READERS:
                faults, moment = dates.READERS[name](value)
                if moment is not None and name not in dates.UNBOUNDED:
                    self._check_plausible(moment, value, node, where)
            else:
                check = self._checks.get(name)
                if check is None:
                    check = self._checks[name] = make_check(name)
                faults = check(value)
            for rule, detail in faults:
                self.findings.add(rule, at, where=where, value=value, detail=detail)

    def _check_plausible(
        self, moment: datetime, value: str, node: etree._Element, where: str
    ) -> None:
        # What has no entries yet is dated by the epoch, and no news by a bygone year.
        unset = not self.has_entries and value.startswith(_EPOCH)
        unset = unset or (not self.has_entries and "01 Jan 1970" in value)
        future = self._now is not None and moment > self._now + timedelta(days=1)
        if (moment.year < _EARLIEST and not unset) or future:
            line = get_line(node)
            self.findings.add("date-implausible", line, where=where, value=value)

    def check_characters(self, text: str, node: etree._Element, where: str) -> None:
        """Note characters that come of a wrong encoding."""
        found = _DOUBTFUL.search(text)
        if found:
            self.add("characters-doubtful", node, where=where, value=ascii(found[0])[1:-1])

    def add(self, rule: str, node: etree._Element, **details: str) -> None:
        """Note a broken rule at an element."""
        self.findings.add(rule, get_line(node), **details)

    def name(self, node: etree._Element) -> str:
        """Name an element as the tables do: title, dc:creator, or ?name of a strange namespace."""
        namespace, local = split_name(str(node.tag))
        if namespace in self.own:
            return local
        if not namespace:
            return local if self.form == "rss" else f"?{local}"
        meant = find_meant(namespace)
        return f"{PREFIXES[meant]}:{local}" if meant else f"?{local}"

    def name_attribute(self, key: str) -> str:
        """Name an attribute as the tables do."""
        namespace, local = split_name(key)
        if not namespace:
            return local
        if namespace == XML:
            return f"xml:{local}"
        meant = find_meant(namespace)
        return f"{PREFIXES[meant]}:{local}" if meant else f"?{local}"

    def show(self, node: etree._Element) -> str:
        """Write an element for a message."""
        return f"<{self.name(node).removeprefix('?')}>"


def get_line(node: etree._Element) -> int:
    """Get the line of an element."""
    line = node.sourceline
    return line if isinstance(line, int) else 1


def iter_elements(node: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements right below another."""
    return node.iterchildren(etree.Element)


def has_text(node: etree._Element) -> bool:
    """Say whether text stands among the elements below another."""
    return any(text.strip() for text in iter_own_text(node))


def get_text(node: etree._Element) -> str:
    """Join the text that stands right in an element."""
    return "".join(iter_own_text(node))


def iter_own_text(node: etree._Element) -> Iterator[str]:
    """Yield the texts right in an element; an entity of its own DTD reads as its name."""
    yield node.text or ""
    for child in node:
        if not isinstance(child.tag, str):
            yield str(getattr(child, "name", ""))
        yield child.tail or ""


def find_line_of_text(node: etree._Element, text: str) -> int:
    """Find the line at which the text of an element begins."""
    line = get_line(node)
    leading = len(text) - len(text.lstrip())
    return line + text.count("\n", 0, leading)


def split_name(tag: str) -> tuple[str, str]:
    """Split lxml's {namespace}name."""
    if not tag.startswith("{"):
        return "", tag
    namespace, _, local = tag[1:].partition("}")
    return namespace, local


def get_namespace(node: etree._Element) -> str:
    """Get the namespace of an element."""
    return split_name(str(node.tag))[0]
