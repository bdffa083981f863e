import json

import pytest

from banyan.__main__ import run


@pytest.fixture
def banyan(capsys):
    """Run a command that must succeed; give its rows."""

    def banyan(*arguments: object) -> list[dict]:
        code = run([str(argument) for argument in (*arguments, "--format", "json")])
        caught = capsys.readouterr()
        assert code == 0, caught.err
        return json.loads(caught.out)

    return banyan
