"""Traces as they leave: a request, its statements and the task that it sends are one, and tell nothing of anybody."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import IntegrityError, connection
from django.test import Client
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from normalization_tracker import checks
from normalization_tracker.celery import app
from normalization_tracker.running import traces
from tests import make
from tests.pages.desk_data import signed_in
from tests.trials import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
MAILBOX = "administrator@trial.invalid"
ALLOWED = {
    "request_id",
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "db.system.name",
    "error.type",
}


class Receiver(ThreadingHTTPServer):
    """Takes OTLP over HTTP; `spans` are those that came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.spans: list[Any] = []


class Request(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.spans += [
            span for of in sent.resource_spans for scope in of.scope_spans for span in scope.spans
        ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests' output is for what fails."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        exporter = OTLPSpanExporter(endpoint=f"http://127.0.0.1:{server.server_address[1]}/v1/traces")
        connection.close()
        end = traces.trace_by(SimpleSpanProcessor(exporter), "web")
        yield server
        end()
        if traces.statement in connection.execute_wrappers:
            connection.execute_wrappers.remove(traces.statement)
        server.shutdown()


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def named(receiver: Receiver, name: str) -> list[Any]:
    return [span for span in receiver.spans if span.name == name]


def below(receiver: Receiver, request: Any) -> list[Any]:
    """Of the task that a request sent; a worker that starts sends for the same by itself."""
    found = named(receiver, "obligations.tasks.sweep")
    return [one for one in found if (one.trace_id, one.parent_span_id) == (request.trace_id, request.span_id)]


def test_a_request_its_statements_and_the_task_that_it_sends_are_one_trace(receiver: Receiver) -> None:
    app.control.purge()  # what other tests sent for, and nobody did
    client = signed_in(make.administrator())
    answer = client.post("/administration/health/sweep/run/?secret=of-nobody")
    (request,) = named(receiver, "POST /administration/health/<slug:part>/run/")
    with start_worker(app, perform_ping_check=False):
        wait_for(lambda: bool(below(receiver, request)), "the span of the task")
    (task,) = below(receiver, request)
    statements = [span for span in receiver.spans if span.parent_span_id == request.span_id]
    assert "SELECT parties_user" in {span.name for span in statements}
    assert any(span.parent_span_id == task.span_id for span in receiver.spans), "statements of the task"
    assert attributes(request) == {
        "request_id": answer["X-Request-ID"],
        "http.request.method": "POST",
        "http.route": "/administration/health/<slug:part>/run/",
        "http.response.status_code": 302,
    }


def test_no_span_tells_of_whom_or_of_what_is_asked(receiver: Receiver) -> None:
    client = Client(raise_request_exception=False)
    account = make.administrator()
    key = str(account.key)
    client.post("/account/login/?next=/desk/%3Fq%3Dnobody", {"login": MAILBOX, "password": make.PASSWORD})
    client.get(f"/search/?q={MAILBOX}")
    client.get(f"/no-such-page/{MAILBOX}/")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("INSERT INTO parties_party (code, name) VALUES (%s, %s)", ["whoever", None])
    assert len(receiver.spans) > 10
    (failed,) = (span for span in receiver.spans if span.status.code == span.status.STATUS_CODE_ERROR)
    assert (failed.name, attributes(failed)["error.type"]) == ("INSERT parties_party", "IntegrityError")
    for span in receiver.spans:
        assert {*attributes(span)} <= ALLOWED, span.name
        assert not [*span.events, *span.links]
        for word in (MAILBOX, "trial.invalid", "whoever", "nobody", key, "127.0.0.1", "?"):
            assert word not in f"{span.name} {attributes(span)} {span.status}", "ids are random bytes"


def test_what_a_caller_says_of_its_trace_is_not_taken_over(receiver: Receiver) -> None:
    parent = f"00-{'ab' * 16}-{'cd' * 8}-01"
    Client().get("/livez", headers={"traceparent": parent})
    (span,) = named(receiver, "GET /livez")
    assert (span.trace_id.hex() != "ab" * 16, span.parent_span_id) == (True, b"")


def test_without_an_address_nothing_is_traced(settings: Any) -> None:
    assert not settings.TRACES
    traces.begin("web")
    assert traces._tracer is None


def test_traces_that_cannot_be_made_are_named_at_the_start(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACES = True
    assert not [*checks.traces()]
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    ((what, hint),) = checks.traces()
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in what
    assert "`otel`" in hint
