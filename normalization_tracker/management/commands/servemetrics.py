"""Gives figures to Prometheus, on a port of their own that nobody else is to reach."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from normalization_tracker import metrics


class Command(BaseCommand):
    help = (
        "Serves figures of requests, tasks, mail, checks and the database at /metrics, for Prometheus, until it is "
        "stopped. See METRICS_FOLDER in README.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="127.0.0.1", help="to listen at; 127.0.0.1 by default")
        parser.add_argument("--port", type=int, default=9464, help="9464 by default")

    def handle(self, *, address: str, port: int, **options: Any) -> None:
        try:
            from prometheus_client import start_http_server
        except ImportError as error:
            raise CommandError("prometheus-client is missing: install the extra `metrics`.") from error
        try:
            server, _ = start_http_server(port, address, metrics.registry(metrics.StateForAThread()))
        except OSError as error:
            raise CommandError(f"Port {port} at {address} cannot be had: {error.strerror}.") from error
        self.stdout.write(f"figures at http://{address}:{port}/metrics")
        self.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            server.shutdown()
