"""Fields written as text. Django's templates of a field cost more than the page around it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Facts = Mapping[str, Any]
FOLDER = "django/forms/widgets/"
INPUTS = (
    "input",
    "text",
    "hidden",
    "number",
    "email",
    "url",
    "password",
    "date",
    "datetime",
    "time",
    "search",
    "tel",
)


class TextRenderer(DjangoTemplates):
    """Write inputs, lists and areas just as Django's own templates do; the rest is left to those."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        write = WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, context, request)  # type: ignore[return-value]
        return write(context["widget"])


def write_attributes(attributes: Facts) -> SafeString:
    shown = [(name, value) for name, value in attributes.items() if value is not False]
    return concatenate(
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in shown
    )


def concatenate(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def write_input(widget: Facts) -> SafeString:
    value = SafeString() if widget["value"] is None else format_html(' value="{}"', widget["value"])
    attributes = write_attributes(widget["attrs"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes)


def write_area(widget: Facts) -> SafeString:
    attributes = write_attributes(widget["attrs"])
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes, widget["value"] or ""
    )


def write_list(widget: Facts) -> SafeString:
    groups = concatenate(write_group(name, options) for name, options, _index in widget["optgroups"])
    attributes = write_attributes(widget["attrs"])
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attributes, groups)


def write_group(name: object, options: list[Facts]) -> SafeString:
    written = concatenate(write_option(option) for option in options)
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, written) if name else written


def write_option(option: Facts) -> SafeString:
    attributes = write_attributes(option["attrs"])
    return format_html('\n  <option value="{}"{}>{}</option>\n', option["value"], attributes, option["label"])


WRITERS: dict[str, Callable[[Facts], SafeString]] = {
    **{f"{FOLDER}{name}.html": write_input for name in INPUTS},
    f"{FOLDER}textarea.html": write_area,
    f"{FOLDER}select.html": write_list,
}
