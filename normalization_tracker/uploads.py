"""Bodies of requests, before any view sees them: not larger than is taken, whole, and never on disk under a name."""

import tempfile
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from parties.problem import MEDIA_TYPE, problem

# What a form holds beside its file.
BESIDE = 1024 * 1024
# Up to so many times the limit, a page's upload is read to its end and dropped, so that its form comes back filled in.
READ_AND_DROPPED = 4


class BodyLimit:
    """Refuses, unread, a body that is far too large or does not say how large it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for_programs = request.path.startswith("/api/")
        most = settings.EVIDENCE_MAX_BYTES * (1 if for_programs else READ_AND_DROPPED) + BESIDE
        said = request.META.get("CONTENT_LENGTH") or ""
        if not said.isdigit() and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            status, detail = HTTPStatus.LENGTH_REQUIRED, _("Say how long the body is: send Content-Length.")
        elif said.isdigit() and int(said) > most:
            limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            detail = _("This is too large: a file may have at most %(limit)s. Nothing was kept.") % {
                "limit": limit
            }
        else:
            return self.get_response(request)
        if for_programs:
            body = problem(status, detail) | {"instance": request.path}
            return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
        return render(request, "too_large.html", {"detail": detail}, status=status)


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
