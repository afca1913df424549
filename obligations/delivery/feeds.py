"""The newest public changes as a feed, Atom or JSON Feed: for programs that ask now and then."""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreement.models import Agreement, ChainHead
from obligations.delivery.cursor import WHOLE, Places
from obligations.delivery.stream import Change, read
from obligations.models import Obligation
from parties.access import PUBLIC_VIEWER

NEWEST = 50
PART = 10_000
# How many entries of a ledger are looked through for them, more where these hold too little that is public.
LOOKED_THROUGH = (1_000, 20_000, 1_000_000_000)


@dataclass(frozen=True, slots=True)
class Feed:
    """`address` is the feed's own and `root` the server's, without a slash at its end."""

    agreement: Agreement
    kinds: Collection[str]
    address: str
    root: str
    now: datetime

    @property
    def title(self) -> str:
        named = {"agreement": self.agreement.short_title or self.agreement.title}
        return _("What changed, %(agreement)s") % named

    def newest(self) -> list[Change]:
        """The newest last."""
        head = (
            ChainHead.objects.filter(chain=self.agreement.pk).values_list("position", flat=True).first() or 0
        )
        found: deque[Change] = deque(maxlen=NEWEST)
        for entries in LOOKED_THROUGH:
            found.clear()
            found.extend(self.since({self.agreement.pk: (max(head - entries, 0), WHOLE)}))
            if len(found) == NEWEST or entries >= head:
                break
        return list(found)

    def since(self, places: Places) -> Iterator[Change]:
        """All of them, to the newest: one entry may name thousands."""
        more = True
        while more:
            part = read(
                PUBLIC_VIEWER, self.now, places, agreements=[self.agreement], kinds=self.kinds, limit=PART
            )
            yield from part.changes
            places, more = part.places, part.more

    def items(self) -> list[dict[str, Any]]:
        """The newest first: what a program shows of each."""
        changes = self.newest()[::-1]
        codes = {one.obligation for one in changes if one.obligation}
        owed = Obligation.objects.filter(agreement=self.agreement, code__in=codes)
        titles = {one.code: one.title for one in owed.only("agreement", "code", "title")}
        return [
            {
                "id": f"urn:uuid:{one.id}",
                "url": self.root + one.page,
                "title": self.told(one, titles),
                "at": one.recorded_at,
                "kind": one.kind.value,
            }
            for one in changes
        ]

    def told(self, change: Change, titles: dict[str, str]) -> str:
        kind = capfirst(change.label)
        if not change.obligation:
            return kind
        return f"{kind}: {change.obligation} {titles.get(change.obligation, '')}"

    def atom(self) -> bytes:
        feed = Atom1Feed(
            title=self.title,
            link=self.root + "/changes/",
            description=None,
            feed_url=self.address,
            feed_guid=self.address,
            feed_copyright=str(self.agreement.footnote) or None,
            author_name=_("Normalization Tracker"),
        )
        for one in self.items():
            feed.add_item(
                title=one["title"],
                link=one["url"],
                description="",
                unique_id=one["id"],
                pubdate=one["at"],
                updateddate=one["at"],
                categories=[one["kind"]],
            )
        return feed.writeString("utf-8").encode()

    def json(self) -> dict[str, Any]:
        """As JSON Feed 1.1."""
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": f"{self.root}/changes/",
            "feed_url": self.address,
            "description": str(self.agreement.footnote),
            "items": [
                {
                    "id": one["id"],
                    "url": one["url"],
                    "title": one["title"],
                    "content_text": one["title"],
                    "date_published": one["at"].isoformat(),
                    "tags": [one["kind"]],
                }
                for one in self.items()
            ],
        }
