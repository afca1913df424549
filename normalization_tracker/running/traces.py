"""Traces for OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names who takes them: requests, statements, tasks.

Spans are made here, of the names that log and figures have too. The libraries that make them by themselves write down
addresses with their queries, statements, and what an error says, any of which may hold what nobody else is to read.
What a caller says of its own traces is not taken over.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.backends.signals import connection_created

from normalization_tracker.version import VERSION
from parties import request_id

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

# The name by which a task's message brings the trace along that it belongs to.
PARENT = "traceparent"
# What a statement does, and the first of our tables that it names.
VERB = re.compile(r"\s*\(?([A-Z]+)\b")
TABLE = re.compile(
    r'(?:FROM|INTO|UPDATE|JOIN)\s+"?((?:agreement|obligations|parties)_[a-z_]+)', re.IGNORECASE
)
_tracer: "Tracer | None" = None


def begin(process: str) -> None:
    """Trace what this process does from here on, where somebody takes it."""
    if settings.TRACES:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        trace_by(BatchSpanProcessor(OTLPSpanExporter()), process)


def trace_by(processor: Any, process: str) -> Callable[[], None]:
    """Give spans to the processor; returns what ends that."""
    global _tracer
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    about = {"service.name": f"tracker-{process}", "service.version": VERSION}
    provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=True)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("normalization_tracker")
    connection_created.connect(trace_statements, dispatch_uid=PARENT)

    def end() -> None:
        global _tracer
        _tracer = None
        connection_created.disconnect(dispatch_uid=PARENT)
        provider.shutdown()

    return end


def trace_statements(connection: Any, **_: Any) -> None:
    if statement not in connection.execute_wrappers:  # which outlive a connection that was lost
        connection.execute_wrappers.append(statement)


@contextmanager
def span(kind: str, name: str, parent: str = "") -> "Iterator[Span | None]":
    """What is done in this block, and below the span of `parent` where one is given. None where nothing is traced."""
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    above = TraceContextTextMapPropagator().extract({PARENT: parent}) if parent else None
    of_kind: SpanKind = SpanKind[kind]
    with _tracer.start_as_current_span(
        name,
        above,
        of_kind,
        {"request_id": request_id.current()},
        record_exception=False,
        set_status_on_exception=False,
    ) as made:
        try:
            yield made
        except BaseException as error:
            failed(made, type(error).__name__)
            raise


def failed(span: "Span", why: str) -> None:
    """By the name of an error or by a status alone: what it says may hold values."""
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", why)


def answered(span: "Span | None", method: str, route: str, status: int) -> None:
    if span is not None:
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        )
        if status >= 500:
            failed(span, str(status))


def statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    found = VERB.match(text := str(sql)), TABLE.search(text)
    with span("CLIENT", " ".join(one[1] for one in found if one) or "statement") as made:
        if made is not None:
            made.set_attribute("db.system.name", "postgresql")
        return execute(sql, params, many, context)


def bring_along(headers: dict[str, Any]) -> None:
    """Have a task's message name the span that it is sent in."""
    if _tracer is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(headers)


_tasks: dict[str, AbstractContextManager[Any]] = {}


def task_begins(task_id: str, name: str, parent: str) -> None:
    _tasks[task_id] = block = span("CONSUMER", name, parent)
    block.__enter__()


def task_ends(task_id: str, state: str) -> None:
    if block := _tasks.pop(task_id, None):
        if _tracer is not None and state == "FAILURE":
            from opentelemetry.trace import get_current_span

            failed(get_current_span(), state)
        block.__exit__(None, None, None)
