"""Files that a worker makes: the answer of an address as its owner would get it, kept for them.

The address is answered by its own view, for its owner: what may be seen and what the file says is decided there alone.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _

from agreement.commands.notes import note_reads
from agreement.models import Agreement
from agreement.translations import as_read_at
from obligations.commands.work import ask_for_work, seen_as
from obligations.files.download import SAFE
from obligations.lists.labels import TITLES
from obligations.lists.takeaway import FORMATS
from obligations.models import Work, WorkPart
from obligations.work.run import Failed, Job
from parties.access import Viewer
from parties.confidences import noting
from parties.errors import Refused
from parties.models import User
from parties.once import once
from parties.texts import is_storable

LONGEST = 4_000  # characters of an address


def taken_apart(address: str) -> SplitResult:
    """An address by its parts. Raises Http404 for what can be none."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise Http404 from error
    if not is_storable(unquote(address)):
        raise Http404
    return parts


def view_at(address: str) -> ResolverMatch:
    """The view that makes the file of an address of ours. Raises Http404 where that is no such file."""
    asked = taken_apart(address)
    try:
        match = resolve(asked.path)
    except Resolver404 as error:
        raise Http404 from error
    made = match.func
    is_list = getattr(made, "actions", {}).get("get") == "list" and "format" in QueryDict(asked.query)
    if not (is_list if hasattr(made, "actions") else getattr(made, "makes_file", False)):
        raise Http404
    return match


def title_of(match: ResolverMatch, address: str) -> str:
    """What the file is, in words."""
    made = getattr(match.func, "makes_file", None)
    if made is not None:
        return str(made)
    form, title = QueryDict(urlsplit(address).query)["format"], str(TITLES[match.url_name or ""])
    return f"{title}, {FORMATS[form].name}" if form in FORMATS else title


@once(by_key_alone=True)
def ask_for_file(*, address: str, root: str, actor: Viewer, now: datetime) -> Work:
    """Have a worker make the file at an address of ours, given with or without the server's own before it.

    Raises Refused where there is no such file.
    """
    path = address.removeprefix(root.rstrip("/"))
    try:
        if not (path.startswith("/") and len(path) <= LONGEST):
            raise Http404
        match = view_at(path)
    except Http404 as error:
        text = _("There is no file at this address that a worker could make.")
        raise Refused({"address": text}) from error
    code = match.kwargs.get("agreement") or QueryDict(urlsplit(path).query).get("agreement", "")
    agreement = Agreement.objects.visible_to(actor).filter(code=code).first()
    about, said = title_of(match, path), {"of": path, "root": root}
    return ask_for_work(
        kind=Work.Kind.FILE, about=about, said=said, agreement=agreement, actor=actor, now=now
    )


def make_file(job: Job) -> None:
    now = job.clock_now()
    with noting() as read:
        answer = answer_at(job.said["of"], job.said["root"], job.work.user, job.viewer)
        if answer.status_code == 400:
            raise Failed(_("The address of this file asks for something that there is not."))
        if answer.status_code != 200:
            raise Failed(_("What this file is about is not there any more, or you may not see it any more."))
        with job.recorded() as result:
            size = save(job.work, answer)
            note_reads(user=job.work.user_id, read=read, now=now)
            name = answer["Content-Disposition"].rpartition("filename=")[2].strip('"')
            result |= {"file": name, "media_type": answer["Content-Type"], "size": size}
            result["seen_as"] = seen_as(job.viewer)


def answer_at(address: str, root: str, user: User, viewer: Viewer) -> HttpResponseBase:
    """The answer of the view at an address, as a session of its owner would get it."""
    match, request = view_at(address), request_of(address, root)
    request.user, request.resolver_match = user, match
    request._viewer = (user.pk, viewer)  # the one that the file is kept for, whatever changes meanwhile
    try:
        with as_read_at(request):
            answer = match.func(request, *match.args, **match.kwargs)
    except Http404 as error:
        raise Failed(_("What this file is about is not there any more.")) from error
    return answer  # type: ignore[no-any-return]


def request_of(address: str, root: str) -> Any:
    """A request for an address, as if it came to the server's own, `root`. `in_background`: nobody waits for it."""
    at, asked = urlsplit(root), urlsplit(address)
    request: HttpRequest = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": asked.path,
            "QUERY_STRING": asked.query,
            "SERVER_NAME": at.hostname or "localhost",
            "SERVER_PORT": str(at.port or (443 if at.scheme == "https" else 80)),
            "HTTP_HOST": at.netloc,
            "wsgi.url_scheme": at.scheme,
            "wsgi.input": BytesIO(),
        }
    )
    request.in_background = True  # type: ignore[attr-defined]
    return request


def save(work: Work, answer: Any) -> int:
    """Keep the bytes of an answer as parts of the work's file, of which an empty one has one; how many there are."""
    size = 0
    made = answer.file_to_stream if isinstance(answer, FileResponse) else None
    with made or BytesIO(answer.content) as file:
        for place in count():
            content = file.read(WorkPart.SIZE)
            if place and not content:
                break
            WorkPart.objects.create(work=work, place=place, content=content)
            size += len(content)
    return size


def answer_with(work: Work, viewer: Viewer) -> StreamingHttpResponse:
    """The file, for its owner: as long as they may see what they could when it was made.

    Raises Http404 where there is no file, or no more, and PermissionDenied where their mandates are others by now.
    """
    if not work.has_file:
        raise Http404
    told = work.file
    if told["seen_as"] != seen_as(viewer):
        raise PermissionDenied(_("Your mandates have changed since this file was made. Have it made again."))
    answer = StreamingHttpResponse(parts_of(work), content_type=told["media_type"], headers=SAFE)
    answer["Content-Disposition"] = f'attachment; filename="{told["file"]}"'
    answer["Content-Length"] = str(told["size"])
    return answer


def parts_of(work: Work) -> Iterator[bytes]:
    """The bytes of the file, a part at a time."""
    for place in range(work.parts.count()):
        yield bytes(work.parts.get(place=place).content)
