"""Fields written as text. Django's templates of a field cost more than the page around it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

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
        # every value goes through `print_value`
        return mark_safe(write(context["widget"]).strip())  # noqa: S308


def print_value(value: object) -> str:
    return conditional_escape(value) if isinstance(value, str) else escape(str(value))


def write_attributes(attributes: Facts) -> str:
    return "".join(
        f" {print_value(name)}" if value is True else f' {print_value(name)}="{print_value(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def write_input(widget: Facts) -> str:
    value = "" if widget["value"] is None else f' value="{print_value(widget["value"])}"'
    head = f'<input type="{print_value(widget["type"])}" name="{print_value(widget["name"])}"'
    return f"{head}{value}{write_attributes(widget['attrs'])}>\n"


def write_area(widget: Facts) -> str:
    value = print_value(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{print_value(widget["name"])}"{write_attributes(widget["attrs"])}>\n{value}</textarea>\n'


def write_list(widget: Facts) -> str:
    groups = "".join(write_group(name, options) for name, options, _index in widget["optgroups"])
    return f'<select name="{print_value(widget["name"])}"{write_attributes(widget["attrs"])}>{groups}\n</select>\n'


def write_group(name: object, options: list[Facts]) -> str:
    written = "".join(f"\n  {write_option(option)}" for option in options)
    return f'\n  <optgroup label="{print_value(name)}">{written}\n  </optgroup>' if name else written


def write_option(option: Facts) -> str:
    value = print_value(option["value"])
    return f'<option value="{value}"{write_attributes(option["attrs"])}>{print_value(option["label"])}</option>\n'


WRITERS: dict[str, Callable[[Facts], str]] = {
    **{f"{FOLDER}{name}.html": write_input for name in INPUTS},
    f"{FOLDER}textarea.html": write_area,
    f"{FOLDER}select.html": write_list,
}
