"""The API reference: Swagger UI at /docs, a page that reads /openapi.json and can try it out.

Flask serves files and fills in templates; flask-swagger-ui brings the files.
"""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from flask import Blueprint, Response, make_response, render_template

FILES = files("flask_swagger_ui") / "dist"
# Swagger UI has its icons within its style sheet, as data.
POLICY = (
    "default-src 'none'; script-src 'self' {script}; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

blueprint = Blueprint(
    "reference",
    __name__,
    static_folder=str(FILES),
    static_url_path="/docs/assets",
    template_folder="templates",
)


@blueprint.get("/docs")
def show_reference() -> Response:
    """Answer with the page, and a policy that lets it load what it needs."""
    page = make_response(render_template("reference.html"))
    page.headers["Content-Security-Policy"] = POLICY.format(script=_find_script(page.get_data()))
    return page


def _find_script(page: bytes) -> str:
    # Of scripts within the page, the one that starts Swagger UI may run, and no other.
    script = page.partition(b"<script>")[2].partition(b"</script>")[0]
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"
