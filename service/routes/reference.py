"""The reference of the API at ``/docs``: the OpenAPI document as one page, which fetches nothing and runs no script."""

from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment
from starlette.responses import HTMLResponse

router = APIRouter()

_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    files("service.routes").joinpath("reference.html").read_text(encoding="utf-8")
)


@router.get("/docs", include_in_schema=False)
def reference(request: Request) -> HTMLResponse:
    """Return the reference."""
    return HTMLResponse(_PAGE.render(document=request.app.openapi(), type_of=type_of))


def type_of(schema: dict[str, Any]) -> str:
    """Return the type that a JSON schema says in a few words.

    >>> type_of({"anyOf": [{"type": "array", "items": {"$ref": "#/components/schemas/Turn"}}, {"type": "null"}]})
    'list of Turn or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(type_of, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
