"""The application, put together in reading order."""

from typing import Any, cast

from flask import Blueprint, Flask, Response
from flask.json.provider import DefaultJSONProvider

from . import auth, commands, converters, database, errors, logs, middleware, reference, system
from .comments.routes import blueprint as comments
from .posts.routes import blueprint as posts
from .settings import Settings, load_settings
from .sign_ins.routes import blueprint as sign_ins
from .users.routes import blueprint as users


class JSONProvider(DefaultJSONProvider):
    """JSON as the shapes write it: members in order, letters as they are, no white space."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **options: Any) -> str:
        """Return the text of a JSON value."""
        return super().dumps(obj, **{**options, "separators": (",", ":")})

    def response(self, *args: Any, **members: Any) -> Response:
        """Return an answer without the line feed that Flask writes after it."""
        response = cast(Response, super().response(*args, **members))
        response.set_data(response.get_data().rstrip(b"\n"))
        return response


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application. Raises InvalidSetting where the environment is wrong."""
    app = Flask(__name__, static_folder=None)
    app.json = JSONProvider(app)
    app.config.from_mapping(dict(settings or load_settings()))
    logs.init_app(app)
    database.init_app(app)
    errors.init_app(app)
    middleware.init_app(app)
    converters.init_app(app)
    app.register_blueprint(system.blueprint)
    app.register_blueprint(reference.blueprint)
    app.register_blueprint(_make_api())
    app.cli.add_command(commands.create_admin)
    return app


def _make_api() -> Blueprint:
    api = Blueprint("api", __name__, url_prefix="/api/v1")
    api.before_request(middleware.keep_private)
    api.before_request(auth.load_caller)
    for resource in (sign_ins, users, posts, comments):
        api.register_blueprint(resource)
    return api
