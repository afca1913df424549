"""A server that speaks S3, of the package that its own users test with; it can be slow, refuse, and break off."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import boto3
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

BUCKET = "bucket"


class S3:
    """`trouble` is asked before each request, with its method, and gives the status to answer with, or None.

    It may also wait, as a slow store does. `asked` has the method and path of each request.
    """

    def __init__(self) -> None:
        self.trouble: Callable[[str], int | None] = lambda method: None
        self.is_over = threading.Event()
        self.asked: list[str] = []
        self.signed: list[str] = []
        get_backend("s3").reset()
        self.application = DomainDispatcherApplication(create_backend_app)
        self.server = make_server("127.0.0.1", 0, self.serve, True, request_handler=MotoRequestHandler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="eu-central-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        self.client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )

    def serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        self.signed.append(environ.get("HTTP_AUTHORIZATION", ""))
        status = self.trouble(environ["REQUEST_METHOD"])
        if status is None:
            answer: Iterable[bytes] = self.application(environ, start_response)
            return answer
        start_response(f"{status} Trouble", [("Content-Type", "application/xml")])
        return [b"<Error><Code>Trouble</Code></Error>"]

    def recover(self) -> None:
        self.trouble = lambda method: None
        self.is_over.set()

    def stop(self) -> None:
        """From now on, nobody answers at its address."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=BUCKET, Key=key)

    @property
    def objects(self) -> dict[str, bytes]:
        """What is in the bucket, by its key."""
        return {
            one["Key"]: self.client.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
            for one in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())
        }

    @property
    def unfinished(self) -> list[Any]:
        """Uploads in parts that nobody ended."""
        return list(self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))

    def written_at(self, key: str) -> datetime:
        at: datetime = self.client.head_object(Bucket=BUCKET, Key=key)["LastModified"]
        return at
