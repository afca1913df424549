"""Figures for Prometheus, as `manage.py servemetrics` gives them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families as families

from normalization_tracker import metrics
from obligations import heartbeats
from tests import make

# One process observes; another reads what it left.
OBSERVES = """
import django; django.setup()
from normalization_tracker import metrics
metrics.observe("GET", "/desk/", 200, 0.02)
metrics.observe("MADE-UP", "/desk/", 404, 0.2)
"""


def figures(text: str) -> dict[str, float]:
    return {
        " ".join((sample.name, *(sample.labels[name] for name in sorted(sample.labels)))): sample.value
        for family in families(text)
        for sample in family.samples
    }


def test_what_web_servers_observed_is_read_together(tmp_path: Path) -> None:
    surroundings = {**os.environ, "METRICS_FOLDER": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", OBSERVES], env=surroundings, check=True)
    read = "import django; django.setup(); from prometheus_client import generate_latest\n"
    read += "from normalization_tracker.metrics import observed; print(generate_latest(observed()).decode())"
    said = subprocess.run(
        [sys.executable, "-c", read], env=surroundings, check=True, capture_output=True, text=True
    ).stdout
    found = figures(said)
    assert found["tracker_requests_seconds_count GET /desk/ 2xx"] == 2
    assert found["tracker_requests_seconds_count other /desk/ 4xx"] == 2
    assert found["tracker_requests_seconds_bucket 0.025 GET /desk/ 2xx"] == 2


@pytest.mark.django_db
def test_the_state_of_the_work_is_told() -> None:
    make.agreement()
    heartbeats.beat("sweep")
    from prometheus_client import generate_latest

    found = figures(generate_latest(metrics.registry(metrics.State())).decode())
    assert found["tracker_part_up database"] == 1
    assert found["tracker_part_up worker"] == 0, "no worker ever showed a sign of life"
    assert 0 <= found["tracker_work_age_seconds sweep"] < 60
    assert found["tracker_messages waiting"] == found["tracker_deliveries waiting"] == 0
    assert found["tracker_tasks_waiting slow"] >= 0
    assert found["tracker_database_connections_most all"] > 1


def test_without_a_folder_nothing_is_observed() -> None:
    assert settings.METRICS_FOLDER == ""
    metrics.observe("GET", "/desk/", 200, 0.02)
    assert metrics.requests.cache_info().currsize == 0


def test_a_port_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    import socket

    from django.core.management import CommandError, call_command

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} at 127.0.0.1 cannot be had"):
            call_command("servemetrics", port=port)
