from banyan.apps.people.queries.history import Edit, history_of
from banyan.apps.people.queries.person import person_history
from banyan.apps.registry.models import Tumour


def case_history(tumour: Tumour) -> list[Edit]:
    """Return the saves of a case and of its person, the newest first."""
    edits = [*history_of(Tumour, tumour.pk), *person_history(tumour.person_id)]
    return sorted(edits, key=lambda edit: edit.at, reverse=True)
