"""create_app(site): an agency's Flask app in named steps; no query, no thread."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask
from markupsafe import Markup

from lms.core.errors import PluginError
from lms.core.hooks.registry import check_prefix
from lms.core.people.permissions import all_permissions
from lms.core.site import Site
from lms.web import (
    access,
    addresses,
    admin,
    assets,
    auth,
    competency,
    compiled,
    context,
    errors,
    exports,
    formatting,
    home,
    messages,
    navigation,
    overview,
    pages,
    people,
    security,
    shell,
    translation,
)

SECRET_FILE = "secret.key"


def create_app(site: Site, *, testing: bool = False) -> Flask:
    """Make the app of one agency; raises PluginError when a plugin breaks the contract."""
    app = Flask(f"lms-{site.slug}", root_path=str(Path(__file__).parent), static_folder=None)
    app.testing = testing
    app.secret_key = (site.folder / SECRET_FILE).read_bytes()
    app.extensions["lms"] = site
    compiled.configure(app.jinja_env)
    app.jinja_env.globals.update(Markup=Markup)
    blueprints = _plugin_blueprints(site)
    _install_shell(app, blueprints)
    for blueprint in (*_core_blueprints(), *blueprints):
        app.register_blueprint(blueprint)
    access.check_views(app, site.registry, {p.name for p in all_permissions(site.registry)})
    return app


def _install_shell(app: Flask, blueprints: list[Blueprint]) -> None:
    pages.htmx.init_app(app)
    context.install(app)
    security.install(app)
    addresses.install(app)
    auth.install(app)
    errors.install(app)
    formatting.install(app)
    navigation.install(app)
    shell.install(app)
    messages.install(app)
    roots = [Path(app.root_path), *(Path(blueprint.root_path) for blueprint in blueprints)]
    translation.install(app, [root / "translations" for root in roots])
    assets.install(app, pages.static_roots(blueprints))


def _core_blueprints() -> list[Blueprint]:
    return [
        home.blueprint,
        people.blueprint,
        overview.blueprint,
        competency.blueprint,
        messages.blueprint,
        exports.blueprint,
        admin.blueprint,
    ]


def _plugin_blueprints(site: Site) -> list[Blueprint]:
    found = []
    for plugin, blueprints in site.registry.collect("lms_register_blueprints"):
        for blueprint in blueprints:
            if not isinstance(blueprint, Blueprint):
                raise PluginError(plugin, f"{blueprint!r} is not a blueprint.")
            check_prefix(plugin, "blueprint", [blueprint.name], "_")
            found.append(blueprint)
    return found
