"""Read a recipe from its TOML file, bundled or the user's own."""

from __future__ import annotations

from datetime import date
from importlib import resources
import json
from pathlib import Path
import tomllib
from typing import Any

from jsonschema import Draft202012Validator

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
    folder = resources.files("codecards.decks") / "recipes"
    return tuple(sorted(item.name.removesuffix(_ENDING) for item in folder.iterdir() if item.name.endswith(_ENDING)))


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
        return recipe, file, (resources.files("codecards.decks") / "recipes" / file).read_bytes()
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
    for problem in Draft202012Validator(schema).iter_errors(data):
        path = list(problem.absolute_path)
        choice = path[1] if path[:1] == ["select"] and len(path) > 1 else None
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        known = schema["$defs"]["select"] if choice is not None else schema
        wanted = (
            known["properties"].get(key if choice is not None else path[0] if path else "", {}).get("description", "")
        )
        said = f"{key}: " if key and key != "select" else ""
        item = key
        if problem.validator == "additionalProperties":
            item = next(name for name in problem.instance if name not in problem.schema["properties"])
            said += f"there is no {item!r}; choose from {', '.join(problem.schema['properties'])}"
        elif problem.validator == "required":
            said += problem.message.replace("is a required property", "is missing")
        else:
            item = problem.instance if isinstance(problem.instance, str) else key
            said += f"{str(problem.instance)[:60]!r} will not do. {wanted}"
        msg = f"{locate(file, text, choice if isinstance(choice, int) else None, item)}: {said}"
        raise RecipeError(msg)
