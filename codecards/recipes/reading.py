"""Read a recipe from its TOML file, bundled or the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
import json
from pathlib import Path
import tomllib
from typing import Any
from unicodedata import category

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from codecards.codesets.model import System
from codecards.errors import RecipeError
from codecards.recipes.model import Recipe, Select, locate

__all__ = ["bundled_recipes", "read_recipe"]

_ENDING = ".toml"
_LISTS = {"categories": "categories", "codes": "codes", "leave_out": "except"}
_LARGEST_FILE = 1_000_000
# Anki keeps times as seconds since 1970, and panics at 0; a year before Anki itself is a slip of the pen.
_EARLIEST = date(2006, 1, 1)


def bundled_recipes() -> tuple[str, ...]:
    """Return the names of the recipes that come with codecards, in alphabetical order."""
    names = (item.name for item in _recipes().iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


def read_recipe(recipe: str | Path) -> Recipe:
    """Read a recipe.

    Args:
        recipe: The name of a bundled recipe, or the path of a TOML file.

    Raises:
        RecipeError: There is no such recipe, or it is not valid; the message
            names file and line, what is wrong and what would be right.
    """
    name, file, raw = _find(recipe)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        msg = f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8"
        raise RecipeError(msg) from None
    except tomllib.TOMLDecodeError as error:
        msg = f"{file}: not valid TOML: {error}"
        raise RecipeError(msg) from None
    _check(data, file, text)
    return Recipe(
        title=data["title"],
        audience=" ".join(data["audience"].split()),
        description=" ".join(data["description"].split()),
        revised=data["revised"],
        releases={System(system): release for system, release in data["releases"].items()},
        select=tuple(_select(table) for table in data["select"]),
        certification=data.get("certification"),
        subdecks=data.get("subdecks"),
        limit=data.get("limit"),
        name=name,
        file=file,
        text=text,
        is_bundled=recipe == name,
    )


def _select(table: dict[str, Any]) -> Select:
    lists = {name: tuple(table.get(key, ())) for name, key in _LISTS.items()}
    plain = {key: value for key, value in table.items() if key not in _LISTS.values()}
    return Select(**plain | {"system": System(table.get("system", System.ICD_10_CM))} | lists)


def _find(recipe: str | Path) -> tuple[str, str, bytes]:
    """Return the name of a recipe, what to call its file in an error, and the file's bytes."""
    path = Path(recipe)
    if isinstance(recipe, str) and path.name == recipe and path.suffix != _ENDING:
        if recipe not in bundled_recipes():
            msg = f"no recipe is called {recipe!r}; choose from {', '.join(bundled_recipes())}, or give a TOML file"
            raise RecipeError(msg)
        file = f"{recipe}{_ENDING}"
        return recipe, file, (_recipes() / file).read_bytes()
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST_FILE + 1)
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); check the path"
        raise RecipeError(msg) from None
    if len(raw) > _LARGEST_FILE:
        msg = f"{path}: larger than {_LARGEST_FILE:,} bytes, which no recipe is"
        raise RecipeError(msg)
    return path.stem, str(path), raw


def _check(data: dict[str, Any], file: str, text: str) -> None:
    """Hold a recipe against the JSON Schema that editors use as well.

    Raises:
        RecipeError: About the first thing that is wrong.
    """
    schema = json.loads((resources.files("codecards.recipes") / "recipe.schema.json").read_bytes())
    if type(data.get("revised")) is date and data["revised"] >= _EARLIEST:
        data = {**data, "revised": str(data["revised"])}
    elif "revised" in data:  # a string, a time of day, or a slip of the pen
        data = {**data, "revised": {"not a day": str(data["revised"])}}
    for problem in _problems(schema, data):
        path = list(problem.absolute_path)
        choice = path[1] if path[:1] == ["select"] and len(path) > 1 else None
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        known = schema["$defs"]["select"] if choice is not None else schema
        about = key if choice is not None or not path else path[0]
        wanted = known["properties"].get(about, {}).get("description", "")
        said = f"{key}: " if key and key != "select" else ""
        item = key
        if problem.validator == "additionalProperties":
            item = next(name for name in problem.instance if name not in problem.schema["properties"])
            said += f"there is no {item!r}; choose from {', '.join(problem.schema['properties'])}"
        elif problem.validator == "required":
            said += problem.message.replace("is a required property", "is missing")
        else:
            found = data["revised"]["not a day"] if key == "revised" else problem.instance
            item = found if isinstance(found, str) and key != "revised" else key
            said += f"{str(found)[:60]!r} will not do. {wanted}"
        msg = f"{locate(file, text, choice if isinstance(choice, int) else None, item)}: {said}"
        raise RecipeError(msg)
    if any(category(sign)[0] == "C" or category(sign) in ("Zl", "Zp") for sign in data["title"]):
        msg = f"{locate(file, text, None, 'title')}: title: holds a character that cannot be seen; type it anew"
        raise RecipeError(msg)


def _problems(schema: dict[str, Any], data: dict[str, Any]) -> Iterator[Any]:
    """Yield what jsonschema finds wrong; a whole number counts as one only as TOML writes it: 1.0 is none."""
    whole = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    exact: Any = extend(Draft202012Validator, type_checker=whole)  # type: ignore[no-untyped-call]  # so are its stubs
    yield from exact(schema).iter_errors(data)


def _recipes() -> Traversable:
    """Return the folder of bundled recipes: of the installed package, or of the clone that hides it."""
    try:
        return resources.files("codecards.decks") / "recipes"
    except ModuleNotFoundError:
        return resources.files("codecards").joinpath("..", "decks", "recipes")
