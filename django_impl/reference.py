"""The API reference: Swagger UI at /docs, a page that reads /openapi.json and can try it out.

ninja brings the page and its files; whitenoise serves the files without a web server.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Swagger

from .api import api

# Swagger UI has its icons within its style sheet, as data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class Reference(Swagger):
    """Swagger UI for a document that an operation serves."""

    def get_openapi_url(self, api: NinjaAPI, path_params: dict[str, object]) -> str:
        """Return the path of the document."""
        return reverse(f"{api.urls_namespace}:get_openapi")


@require_safe
def show_reference(request: HttpRequest) -> HttpResponse:
    """Answer with the page, and a policy that lets it load what it needs."""
    page = Reference().render_page(request, api)
    page["Content-Security-Policy"] = POLICY
    return page
