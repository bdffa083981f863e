"""What machines read: errors in one form (RFC 9457), and the description of every address (OpenAPI 3.1)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

PROBLEM = "application/problem+json"


def say_problem(status: int, detail: str = "") -> HttpResponse:
    """Return an error as a machine can read it; the words tell nothing of what is or is not there."""
    known = HTTPStatus(status)
    body = {
        "type": "about:blank",
        "title": known.phrase,
        "status": status,
        "detail": detail or known.description,
    }
    answer = JsonResponse(body, content_type=PROBLEM, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def describe_problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


NAMED = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
REFUSALS = {
    "401": describe_problem("No key, or none in force"),
    "403": describe_problem("The account holds no role today"),
    "405": describe_problem("The address does not take this method"),
    "429": describe_problem("Too many calls in a minute"),
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Banyan",
        "version": "1",
        "description": "A service account calls with a key: Authorization: Bearer <key>.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [{"url": "/"}],
    "security": [{"key": []}],
    "paths": {
        "/api/v1/me": {
            "get": {
                "operationId": "readMe",
                "summary": "Who calls, in which role, and what that role may do",
                "responses": {
                    "200": {
                        "description": "The account of the key",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Me"}}},
                    },
                    **REFUSALS,
                },
            }
        },
        "/api/v1/openapi.json": {
            "get": {
                "operationId": "readDescription",
                "summary": "This description",
                "security": [],
                "responses": {
                    "200": {
                        "description": "OpenAPI 3.1",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                    "405": REFUSALS["405"],
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Me": {
                "type": "object",
                "required": ["account", "role", "facility", "capabilities"],
                "properties": {
                    "account": NAMED,
                    "role": {"type": "string"},
                    "facility": NAMED,
                    "capabilities": {"type": "array", "items": {"type": "string"}},
                },
            },
            "Problem": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
