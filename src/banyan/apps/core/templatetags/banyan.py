"""What every template can say without loading anything."""

from django import template

register = template.Library()
