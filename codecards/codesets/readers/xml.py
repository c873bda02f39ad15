"""Read the XML of official files without building more of it than is needed, and without its traps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import IO, NoReturn
import xml.etree.ElementTree as ET
from xml.parsers import expat

from codecards.errors import SourceFileError

__all__ = ["XML_BOUND", "elements", "own_text", "refuse_entities", "root_tag"]

# The largest official XML is the tabular list with 10 MB; its deepest element stands 9 levels down.
XML_BOUND = 64_000_000
_DEEPEST = 60
_CHUNK = 65_536


class _FoundError(Exception):
    """Stops the parser once the first element is known."""


def root_tag(stream: IO[bytes]) -> str | None:
    """Return the name of the first element, or None where this is no XML.

    Raises:
        SourceFileError: The file declares a document type: official files do not, and entity bombs must.
    """
    found: list[str] = []

    def start(tag: str, _attributes: dict[str, str]) -> NoReturn:
        found.append(tag)
        raise _FoundError

    def doctype(*_: object) -> NoReturn:
        found.append("!DOCTYPE")
        raise _FoundError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 -- expat takes it by position
    except (_FoundError, expat.ExpatError):
        pass
    return found[0] if found else None


def refuse_entities(stream: IO[bytes], name: str) -> None:
    """Refuse XML that declares a document type: official XML never does, and entity bombs must.

    Raises:
        SourceFileError: It does.
    """
    if root_tag(stream) == "!DOCTYPE":
        msg = f"{name}: declares a document type, as no official XML does; download the file again"
        raise SourceFileError(msg)


def elements(stream: IO[bytes], name: str, tags: Collection[str]) -> Iterator[ET.Element]:
    """Read some elements of an XML file, each whole, and forget each before the next.

    An element inside another of these comes with that one, not by itself.

    Args:
        stream: The XML, as bytes that can be read twice.
        name: What to call the file in an error.
        tags: The names of the elements to yield.

    Raises:
        SourceFileError: The file is not well-formed XML, nested absurdly, or declares entities.
    """
    refuse_entities(stream, name)
    stream.seek(0)
    depth = outermost = 0
    try:
        for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 -- entities were refused above
            if event == "start":
                depth += 1
                if depth > _DEEPEST:
                    msg = f"{name}: nests XML elements {_DEEPEST} deep, as no official file does; download it again"
                    raise SourceFileError(msg)
                if not outermost and element.tag in tags:
                    outermost = depth
            else:
                if depth == outermost:
                    yield element
                    element.clear()
                    outermost = 0
                depth -= 1
    except ET.ParseError as error:
        msg = f"{name}: not well-formed XML ({error}); download the file again"
        raise SourceFileError(msg) from None


def own_text(element: ET.Element | None) -> str:
    """Return an element's own text; runs of white space, which the XML holds by accident, count as one space."""
    return "" if element is None or element.text is None else " ".join(element.text.split())
