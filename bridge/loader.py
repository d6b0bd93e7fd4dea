"""Finds plugins, registers them through pluggy, and says exactly which one is at fault when one is.

Built-in sources come through the same entry-point group as anybody's; local ones are files, folders or recipes in
`BRIDGE_PLUGINS_DIR`. Any fault stops the start: a plugin that silently did nothing would lose cards.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TypeVar

import pluggy
import structlog

from bridge import channels, hookspecs
from bridge.channel import ChannelKind
from bridge.errors import PluginError
from bridge.hookspecs import hookimpl
from bridge.recipes.recipe import is_recipe, recipe
from bridge.registry import Plugin, Registry
from bridge.settings import Settings
from bridge.source import Source

LOCAL_PACKAGE = "webhook_bridge_local"
"""The package that local plugins are modules of, so that none can shadow an installed module."""

Item = TypeVar("Item", Source, ChannelKind)

_NAME = re.compile(r"[a-z][a-z0-9_-]*")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that was found: its name, where, and how to get at the object that pluggy registers."""

    name: str
    origin: str
    load: Callable[[], object]


def load(settings: Settings, extra: Mapping[str, object] | None = None) -> Registry:
    """Every plugin that is installed, in the local folder, or given as `extra` by its name.

    Raises `PluginError`, naming the plugin and the cause.
    """
    manager = pluggy.PluginManager(hookspecs.NAMESPACE)
    manager.add_hookspecs(hookspecs)
    origins: dict[str, str] = {}
    given = (Candidate(name, "given", partial(_same, it)) for name, it in (extra or {}).items())
    for candidate in (
        Candidate("channels", "built in", lambda: channels),
        *installed(),
        *local(settings.plugins_dir),
        *given,
    ):
        _register(manager, candidate, origins)
    sources = _collect(manager, "register_sources", Source)  # type: ignore[type-abstract]  # a base to check against
    kinds = _collect(manager, "register_channels", ChannelKind)  # type: ignore[type-abstract]  # likewise
    return Registry(
        sources={name: source for name, (_, source) in sources.items()},
        channels={name: kind for name, (_, kind) in kinds.items()},
        plugins=tuple(
            Plugin(
                plugin,
                origin,
                tuple(name for name, (giver, _) in sources.items() if giver == plugin),
                tuple(name for name, (giver, _) in kinds.items() if giver == plugin),
            )
            for plugin, origin in origins.items()
        ),
        delivery_finished=_observer(manager, "delivery_finished"),
        channel_alert=_observer(manager, "channel_alert"),
    )


def installed() -> Iterator[Candidate]:
    """The plugins that installed distributions declare."""
    for point in sorted(entry_points(group=hookspecs.NAMESPACE), key=lambda point: point.name):
        distribution = point.dist.name if point.dist else "an unknown distribution"
        yield Candidate(point.name, distribution, point.load)


def local(folder: Path | None) -> Iterator[Candidate]:
    """The plugins of a folder: `name.py`, `name/` with an `__init__.py`, or a recipe, `name.yaml`.

    Raises `PluginError` if the folder is not there.
    """
    if folder is None:
        return
    if not folder.is_dir():
        raise PluginError(f"BRIDGE_PLUGINS_DIR is {folder}, which is not a folder.")
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".")):
            continue
        file = path / "__init__.py" if path.is_dir() else path
        if file.suffix == ".py" and file.is_file():
            yield Candidate(path.stem, str(file), partial(_import, path.stem, file))
        elif is_recipe(file):
            yield Candidate(path.stem, str(file), partial(RecipeFile, file))


class RecipeFile:
    """The plugin that a recipe is."""

    def __init__(self, file: Path) -> None:
        self._source = recipe(file)

    @hookimpl
    def register_sources(self) -> Iterable[Source]:
        """The one source."""
        return [self._source]


def _same(plugin: object) -> object:
    return plugin


def _import(stem: str, file: Path) -> object:
    name = f"{LOCAL_PACKAGE}.{stem}"
    is_package = file.name == "__init__.py"
    spec = spec_from_file_location(
        name, file, submodule_search_locations=[str(file.parent)] if is_package else None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be imported")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _register(manager: pluggy.PluginManager, candidate: Candidate, origins: dict[str, str]) -> None:
    name, origin = candidate.name, candidate.origin
    if name in origins:
        raise PluginError(
            f"Two plugins are named {name!r}: one of {origins[name]}, one of {origin}. Rename one."
        )
    try:
        manager.register(candidate.load(), name)
        manager.check_pending()
    except Exception as error:
        raise PluginError(
            f"Plugin {name!r} of {origin} cannot be loaded: {_told(error)}"
        ) from error
    origins[name] = origin


def _collect(
    manager: pluggy.PluginManager, hook: str, kind: type[Item]
) -> dict[str, tuple[str, Item]]:
    """What every plugin gives for a hook, by its name, with the plugin that gave it."""
    found: dict[str, tuple[str, Item]] = {}
    for implementation in reversed(getattr(manager.hook, hook).get_hookimpls()):
        plugin = implementation.plugin_name
        for given in _given(implementation.function, plugin, hook):
            item = _checked(given, kind, plugin, hook)
            if item.name in found:
                raise PluginError(
                    f"Plugin {plugin!r} gives {item.name!r} in {hook}, a name that "
                    f"plugin {found[item.name][0]!r} has taken. Rename one."
                )
            found[item.name] = (plugin, item)
    return found


def _given(function: Callable[[], Iterable[object]], plugin: str, hook: str) -> tuple[object, ...]:
    try:
        return tuple(function())
    except Exception as error:
        raise PluginError(f"Plugin {plugin!r} failed in {hook}: {_told(error)}") from error


def _told(error: Exception) -> str:
    """An error as its own words, with its kind where these are not meant for people."""
    return str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"


def _checked(item: object, kind: type[Item], plugin: str, hook: str) -> Item:
    if not isinstance(item, kind):
        raise PluginError(
            f"Plugin {plugin!r} gives {item!r} in {hook}, which is no {kind.__name__} object."
        )
    missing = [name for name in kind.__annotations__ if not hasattr(item, name)]
    if missing:
        raise PluginError(
            f"Plugin {plugin!r} gives a {kind.__name__} without {', '.join(missing)}."
        )
    if not _NAME.fullmatch(str(item.name)):
        raise PluginError(
            f"Plugin {plugin!r} names a {kind.__name__} {item.name!r}: use a to z, 0 to 9, - and _, "
            "beginning with a letter."
        )
    return item


def _observer(manager: pluggy.PluginManager, hook: str) -> Callable[..., None]:
    """What tells every plugin that implements the hook; its arguments are those of the specification, in order."""
    names = inspect.signature(getattr(hookspecs, hook)).parameters
    observers = getattr(manager.hook, hook).get_hookimpls()

    def tell(*arguments: object) -> None:
        given = dict(zip(names, arguments, strict=True))
        for observer in observers:
            try:
                observer.function(*(given[name] for name in observer.argnames))
            except Exception as error:  # noqa: BLE001  # an observer's fault is its own
                log.warning(
                    "observer failed",
                    plugin=observer.plugin_name,
                    hook=hook,
                    **{
                        name: getattr(one, "id", None)
                        for name, one in given.items()
                        if hasattr(one, "id")
                    },
                    error=type(error).__name__,
                )

    return tell
