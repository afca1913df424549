"""Bodies of requests, before any view sees them: whole, and never on disk under a name."""

import tempfile
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUpload(FileUploadHandler):
    """Writes a file that comes in to one without a name on disk, which ends with the request, however that ends.

    What goes beyond the limit is counted and dropped: `size` then says more than can be read.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        # Closed with the request, as the file of every upload is.
        self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
        self.dropping = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.dropping or start + len(raw_data) > settings.EVIDENCE_MAX_BYTES:
            self.dropping = True
            return
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        self.file.close()


class WholeBody:
    """A body that broke off is an error. The server gives it as one that ends early, and half a form would be taken."""

    def __init__(self, body: Any, length: int) -> None:
        self.body, self.left = body, length

    def read(self, size: int | None = -1) -> bytes:
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        pieces = []
        while wanted:
            piece = self.counted(self.body.read(wanted))
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def readline(self, size: int | None = -1) -> bytes:
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        return self.counted(self.body.readline(wanted)) if wanted else b""

    def counted(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionResetError(f"The body broke off: {self.left} bytes are missing.")
        self.left -= len(data)
        return data


def with_whole_bodies(application: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application, given bodies that tell when they broke off. Django then answers as to a lost connection."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdigit() and int(length):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return serve
