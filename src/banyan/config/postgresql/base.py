from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from banyan.config.database import split_address, start_server


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, started on demand: loading the settings alone starts nothing."""

    def get_connection_params(self) -> dict[str, Any]:
        if not self.settings_dict["HOST"]:
            address = split_address(start_server(settings.VAR / "postgres").get_uri())
            self.settings_dict["HOST"] = address["HOST"]
            self.settings_dict["PORT"] = address.get("PORT", "")
        return super().get_connection_params()
