"""Programs that others' generators write from the document read, write, and send and fetch files."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from tests import make

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).parents[2] / "openapi.yaml"
BIN = Path(sys.executable).parent


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that modules are imported from: of one generator the package `client`, of the other `models`."""
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    commands = (
        f"openapi-python-client generate --path {DOCUMENT} --output-path {tmp_path}/client --meta none "
        f"--config {tmp_path}/config.yml --fail-on-warning",
        f"datamodel-codegen --input {DOCUMENT} --input-file-type openapi --output {tmp_path}/models.py "
        "--output-model-type pydantic_v2.BaseModel --formatters builtin",
    )
    running = [
        subprocess.Popen([BIN / name, *more], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for name, *more in map(str.split, commands)
    ]
    for one in running:
        told, _none = one.communicate(timeout=300)
        assert one.returncode == 0, told.decode()
    monkeypatch.syspath_prepend(tmp_path)
    for signal in (request_started, request_finished):  # the test's own connection stays open
        signal.disconnect(close_old_connections)
    yield tmp_path
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_generated_code_reads_writes_sends_and_fetches(written: Path, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    owed = make.commitment("O-1", days=30)
    token = make.token(make.representative())
    there = httpx.Client(
        transport=httpx.WSGITransport(app=get_wsgi_application()),
        base_url="http://testserver",
        headers={"Authorization": f"Bearer {token}"},
    )
    of: Any = lambda name: importlib.import_module(f"client.{name}")  # noqa: E731
    client = of("client").AuthenticatedClient("http://testserver", token).set_httpx_client(there)
    said, types = of("models"), of("types")

    page = of("api.commitments.commitments_list").sync(client=client, limit=10)
    assert [row.id for row in page.results] == [owed.pk]
    claim = said.ClaimBody.from_dict(
        {"level": 2, "effective_on": "2024-03-15", "reason": "Begun.", "tier": "public"}
    )
    assert of("api.commitments.claims_create").sync(owed.pk, client=client, body=claim).level == 2
    wrong = said.ClaimBody.from_dict({"effective_on": "2024-03-15", "reason": "x", "tier": "public"})
    problem = of("api.commitments.claims_create").sync(owed.pk, client=client, body=wrong)
    assert problem.type_ == "urn:normalization-tracker:problem:invalid-input"

    about = {"title": "Lease", "represents_on": "2024-03-15", "language": "en", "tier": "public"}
    body = said.EvidenceFileBody.from_dict({**about, "file": b""})
    body.file = types.File(payload=BytesIO(b"Seen."), file_name="lease.txt", mime_type="text/plain")
    made = of("api.evidence.evidence_create").sync("accord", "O-1", client=client, body=body)
    assert made.file_name == "lease.txt"
    assert of("api.evidence.evidence_file").sync(made.id, client=client).payload.read() == b"Seen."

    models = importlib.import_module("models")
    answer = there.get("/api/v1/statements/")
    assert models.PaginatedStatementRowList.model_validate_json(answer.content).results[0].level.value == 2
    with pytest.raises(ValueError, match="tier"):
        models.ClaimBody.model_validate({"level": 2, "effective_on": "2024-03-15", "reason": "Begun."})
