"""Acts: a body that is read, a command that judges and writes, and the row that it made. Nothing is half-done."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.encoders import JSONEncoder

from agreement.models import Agreement
from obligations.api.base.access import MayRead
from obligations.api.base.filtering import refuse_what_is_not_known
from obligations.api.base.problems import Changed, KeyUsed, NoMatchGiven, NotNow, TooLarge
from obligations.api.base.views import Resource, ViewerMixin, first_or_404, rows_at
from obligations.api.serializers.input import Body
from obligations.api.views.proposals import Proposals
from obligations.commands.errors import KeyTaken, Refused
from obligations.commands.evidence import RefusedAsTooLarge, RefusedForNow
from obligations.commands.proposals import Command, carry_out
from obligations.models import Obligation, Proposal
from parties.rights import Right, require


def tag_of(said: Any) -> str:
    """The ETag of what is said of a row: the same as long as that is."""
    written = json.dumps(said, cls=JSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'


def tagged(said: Any, status: int = 200) -> Response:
    return Response(said, status, headers={"ETag": tag_of(said)})


def only_if_as_read(request: Request, said_of: Callable[[Any], Any]) -> Callable[[Any], None]:
    """What a command calls with the row under its lock: it raises Changed where the sender read another version.

    `said_of` is what a reader is told of a row. Raises NoMatchGiven where the request names no version.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise NoMatchGiven
    # A tag is one of the content, whatever bytes it travels in: packed, it arrives marked as weak.
    tags = {one.strip().removeprefix("W/") for one in given.split(",")}

    def check(row: Any) -> None:
        current = said_of(row)
        if not tags & {"*", tag_of(current)}:
            raise Changed(current)

    return check


Answered = type[Resource] | type[BaseSerializer[Any]]


def validated(takes: type[Body], request: Request, **context: Any) -> dict[str, Any]:
    """What a body says. Raises ValidationError."""
    body = takes(data=request.data, context=context)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class Writing(ViewerMixin, GenericAPIView[Any]):
    """What is given to an act stands in its body: parameters in its address would be passed over.

    The document calls it `operation`, with all that `takes` and `answers` say by status, under `tag` or the first word
    of its address.
    """

    permission_classes = [MayRead, IsAuthenticated]
    filter_backends = ()
    pagination_class = None
    operation: ClassVar[str]
    tag: ClassVar[str] = ""
    takes: ClassVar[type[Body]]
    understood: ClassVar[frozenset[str]] = frozenset()  # parameters of the address
    # By media type, where a body of one is less than all that is taken.
    described: ClassVar[dict[str, type[Body]]] = {}

    @property
    def answers(self) -> dict[int, Answered]:
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_what_is_not_known(request, set(self.understood), set())

    def find(self, queryset: QuerySet[Any], **where: Any) -> Any:
        return first_or_404(rows_at(queryset, {name: name for name in where}, where))

    def body(self, **context: Any) -> dict[str, Any]:
        return validated(self.takes, self.request, viewer=self.viewer, now=self.now, **context)


class Act(Writing):
    """An act on a row that the viewer sees. Its body is checked after the right to it, so that who may not act learns
    nothing else.

    `command` is run with the row as the argument `about`, or proposed, where it `can_wait` for a second mediator.
    `shows` is what it made, or the row that it `shows_itself`: a row of a resource, or what a serializer says of it.
    """

    keys: ClassVar[dict[str, str]] = {}
    right: ClassVar[Right]
    about: ClassVar[str]
    command: ClassVar[Command | Callable[..., Any]]
    shows: ClassVar[Answered]
    shows_itself: ClassVar[bool] = False
    status: ClassVar[int] = 201
    can_wait: ClassVar[bool] = False

    @property
    def answers(self) -> dict[int, Answered]:
        return {self.status: self.shows} | ({202: Proposals} if self.can_wait else {})

    def rows(self) -> QuerySet[Any]:
        """The rows that the viewer may see."""
        raise NotImplementedError

    def agreement(self, row: Any) -> Agreement:
        return row.agreement  # type: ignore[no-any-return]

    def require(self, row: Any) -> Any:
        """The right to it, or PermissionDenied."""
        return require(self.viewer, self.right, self.agreement(row).pk)

    def run(self, row: Any, said: dict[str, Any]) -> Any:
        given = {self.about: row, "actor": self.viewer, "now": self.now, **said}
        return (
            carry_out(self.command, **given) if isinstance(self.command, Command) else self.command(**given)
        )

    def row(self, where: dict[str, Any]) -> Any:
        """The one that the address names, or 404."""
        return first_or_404(rows_at(self.rows(), {name: name for name in where} | self.keys, where))

    def post(self, request: Request, **where: Any) -> Response:
        row = self.row(where)
        grant = self.require(row)
        said = self.body(agreement=self.agreement(row), row=row, grant=grant)
        with refusals():
            done = self.run(row, said)
        if isinstance(done, Proposal) and self.shows is not Proposals:
            return self.answer(Proposals, done, 202)
        return self.answer(self.shows, row if self.shows_itself else done, self.status)

    def answer(self, shows: Answered, done: Any, status: int) -> Response:
        if issubclass(shows, Resource):
            address = reverse(f"api:{shows.single}", kwargs=shows.address_of(done), request=self.request)
            return Response(self.shown(shows, done), status=status, headers={"Location": address})
        return Response(shows(done).data, status=status)

    def shown(self, resource: type[Resource], row: Model) -> Any:
        """The row as the resource shows it to who acts."""
        view = resource(request=self.request, now=self.now, format_kwarg=None)
        return view.get_serializer(first_or_404(view.load(view.visible().filter(pk=row.pk)))).data


class OnObligation(Act):
    """What is said about an obligation that the viewer may see."""

    keys = {"agreement": "agreement__code"}
    about = "obligation"

    def rows(self) -> QuerySet[Any]:
        return Obligation.objects.visible_to(self.viewer).select_related("agreement")


# What a command refuses is input that cannot be taken, save for these.
REFUSALS: dict[type[Refused], type[APIException]] = {
    KeyTaken: KeyUsed,
    RefusedAsTooLarge: TooLarge,
    RefusedForNow: NotNow,
}


@contextmanager
def refusals() -> Iterator[None]:
    """Problems in place of what a command refuses: 400 with its sentences by field, or what `REFUSALS` says."""
    try:
        yield
    except Refused as refused:
        if problem := REFUSALS.get(type(refused)):
            raise problem(" ".join(refused.errors.values())) from refused
        raise ValidationError({field: [message] for field, message in refused.errors.items()}) from refused
