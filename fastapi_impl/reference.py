"""The API reference: Swagger UI at /docs, a page that reads /openapi.json and can try it out.

FastAPI makes the page, but has it load its files from elsewhere; fastapi-offline brings them.
"""

from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

FILES = StaticFiles(packages=[("fastapi_offline", "static")])
# Swagger UI has its icons within its style sheet, as data.
POLICY = (
    "default-src 'none'; script-src 'self' {script}; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_reference(request: Request) -> HTMLResponse:
    """Answer with the page, and a policy that lets it load what it needs."""
    page = get_swagger_ui_html(
        title="Users and posts",
        openapi_url=str(request.app.url_path_for("get_openapi")),
        swagger_js_url="/docs/assets/swagger-ui-bundle.js",
        swagger_css_url="/docs/assets/swagger-ui.css",
        swagger_favicon_url="/docs/assets/favicon.png",
    )
    page.headers["Content-Security-Policy"] = POLICY.format(script=_find_script(bytes(page.body)))
    return page


@router.get("/docs/assets/{name}")
async def send_file(name: str, request: Request) -> Response:
    """Answer with one of the files that the page loads."""
    # The answer would send parts of it, where a Range asks for them.
    headers = request.scope["headers"]
    request.scope["headers"] = [pair for pair in headers if pair[0] != b"range"]
    return await FILES.get_response(name, request.scope)


def _find_script(page: bytes) -> str:
    # Of scripts within the page, the one that starts Swagger UI may run, and no other.
    script = page.partition(b"<script>")[2].partition(b"</script>")[0]
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"
