from typing import Any

from banyan.apps.registry.services.tumour import recheck_person


def recheck_cases(sender: Any, person_id: int, **_options: Any) -> None:  # noqa: ARG001 -- a signal names its sender
    """Check the cases of a person again after she was changed, merged or taken apart."""
    recheck_person(person_id)
