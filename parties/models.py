"""Who: the parties of agreements and the people who work on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from parties import confidences
from parties.access import Audience, Tier, audience_of
from parties.content import PackChar
from parties.keys import LENGTH, random_key
from parties.texts import LIMITS


@dataclass(frozen=True, slots=True)
class LedgerState:
    """An entry names these columns of a row as they are after each change: all `but_for` some, or `only` some.

    `always`: from the row's first day on. Otherwise from the first change on that a command makes to these columns:
    until then other rules say what stands in them.
    """

    but_for: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    always: bool = True


class Keyed(models.Model):
    """Something with a key that may be shown to those who may see it: numbers in a row tell of what is hidden."""

    key = models.CharField(_("key"), max_length=LENGTH, unique=True, default=random_key, editable=False)

    class Meta:
        abstract = True


class Worded(models.Model):
    """What people wrote in words of their own, with the language that they said it is in; nobody changes that.

    A code of Django's, of those that pages come in; empty: nobody said.
    """

    language = models.CharField(
        _("language"), max_length=LIMITS["language"], default="", db_default="", blank=True
    )

    class Meta:
        abstract = True


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in by e-mail, kept in lower case. Without a password no sign-in is possible."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The server's administrator. Raises ValidationError for a password that no page would take.

        Django's command checks it where it asks for one, and offers to go on all the same; not here.
        """
        if password is not None:
            validate_password(password, self.model(email=email, **fields))
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def at(self, email: str) -> "User | None":
        """Whose mailbox it is. Compared as Python lowers it: the database takes a dotless i for an i."""
        return self.filter(email=email.strip().lower()).first()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


# Where the addresses of closed accounts are: no mail leaves for it, and nobody can have one there.
NOWHERE = "account.invalid"


class User(Keyed, AbstractBaseUser, PermissionsMixin):
    """An account. What it may see and do in an agreement stands in its mandates, never here."""

    # Not how it signs in. Nothing asks for groups and permissions.
    ledger_state: ClassVar[LedgerState] = LedgerState(
        only=("date_joined", "email", "is_active", "is_staff", "is_superuser", "name")
    )
    joins_outside_of_ledger: ClassVar[tuple[str, ...]] = ("groups", "user_permissions")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=LIMITS["name"], blank=True)
    is_staff = models.BooleanField(_("administers accounts"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("made at"), auto_now_add=True)
    # Every session is made under this word: another one ends them all. See agreement/commands/tokens.py.
    session_epoch = models.CharField(max_length=LENGTH, default="", blank=True, editable=False)
    # Of pages and mails; none: pages go by the browser. Not on record: it says nothing of what anybody did.
    language = models.CharField(_("language"), max_length=8, default="", db_default="", blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_closed(self) -> bool:
        """Whether all that was personal of it is gone, by `agreement.commands.close_account`."""
        return self.email.endswith(f"@{NOWHERE}")

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session carries of the account: the library's, with the word that ends all sessions."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        text = f"{self.password}{self.session_epoch}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


class SentOnce(models.Model):
    """An act that was recorded, so that it is no second time: see `parties.once`. Removed after two days.

    `about` names the row that it is about, `digest` is that of its words, `result` what the command returned, as JSON.
    """

    LONGEST_KEY = 100

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=LONGEST_KEY, null=True)  # noqa: DJ001  none is unlike none
    command = models.CharField(_("command"), max_length=60)
    about = models.CharField(_("about"), max_length=80)
    digest = models.CharField(_("SHA-256"), max_length=64)
    at = models.DateTimeField(_("at"), db_index=True)
    result = models.TextField(_("result"))

    class Meta:
        verbose_name = _("act that was sent")
        verbose_name_plural = _("acts that were sent")
        constraints = [models.UniqueConstraint("user", "key", name="sent_once")]
        indexes = [models.Index("user", "about", models.F("id").desc(), name="sent_about")]

    def __str__(self) -> str:
        return f"{self.command} {self.about}"


class SentMail(models.Model):
    """A message that left by mail, or failed to: to whom, what about, when. Removed after ninety days.

    What it said is not stored: it may hold a link that opens an account.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    to = models.CharField(_("to"), max_length=320)
    subject = models.CharField(_("subject"), max_length=300)
    failed = models.CharField(_("why it failed"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail that was sent")
        verbose_name_plural = _("mails that were sent")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.subject}, to {self.to}"


class Party(models.Model):
    """An actor that can owe something: a party, the facilitator, a joint body.

    `of` is the code of the agreement that calls it so: name and mark are that agreement's own, and another one can call
    whoever has the same code otherwise.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()
    of_agreement: ClassVar[str] = "of"

    of = models.SlugField(_("agreement that calls it so"), max_length=60, blank=True, db_index=False)
    code = models.SlugField(_("code"), max_length=60)
    name = PackChar(_("name"), max_length=300)
    # Tells actors apart and means nothing: 1 and 2 are the halves of one disc, the others slate shapes.
    mark = models.PositiveSmallIntegerField(_("mark"), default=1)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["of", "code"], name="party_code_once")]

    def __str__(self) -> str:
        return str(self.name)


class ApiToken(Keyed, AbstractAuthToken):
    """What a program shows in place of its owner's password. The server keeps a hash of it alone.

    `last_used_at` is right to a minute: a read of the API costs a write no more often than that.
    """

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")
        CALENDAR = "calendar", _("subscribe in a calendar")

    name = models.CharField(_("name"), max_length=LIMITS["name"])
    scope = models.CharField(_("scope"), max_length=8, choices=Scope.choices, default=Scope.READ)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    objects: ClassVar[models.Manager["ApiToken"]] = models.Manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created", "key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=("read", "write", "calendar")), name="api_token_scope_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


# What a release changes on a row that is append-only otherwise.
TIER_COLUMNS = ("tier", "confidant", "publish_at")


class Tiered(models.Model):
    """Something that not everybody may see; `parties.access` holds the rule. Subclasses have an `agreement`.

    The tier has no default: what is written without one is refused by the database. `publish_at` is the instant from
    which it is public: in the future while a publication is awaited.
    """

    tier = models.CharField(_("who may see it"), max_length=16, choices=Tier.choices)
    confidant = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in confidence with"),
    )
    publish_at = models.DateTimeField(_("public from"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tier=Tier.IN_CONFIDENCE, confidant__isnull=False)
                | models.Q(~models.Q(tier=Tier.IN_CONFIDENCE), confidant__isnull=True),
                name="%(class)s_confidant_with_its_tier",
                violation_error_message=_(
                    "A confidence names the party it is shared with; other tiers name none."
                ),
            ),
            models.CheckConstraint(condition=models.Q(tier__in=Tier.values), name="%(class)s_tier_known"),
        ]

    @classmethod
    def from_db(cls, *columns: Any, **how: Any) -> Self:
        made = super().from_db(*columns, **how)
        if vars(made).get("tier") == Tier.IN_CONFIDENCE:
            confidences.note(made)
        return made

    def audience(self, now: datetime) -> Audience:
        """Who may see it at `now`."""
        return audience_of(self.tier, self.confidant_id, self.publish_at, now)

    def tier_at(self, now: datetime) -> Tier:
        """Who may see it at that instant: what was due to be published is public."""
        return audience_of(self.tier, self.confidant_id, self.publish_at, now).tier


class Released(Tiered):
    """Something tiered that stays as it was written, but for who may see it.

    `first_tier` and `first_confidant` are what it was written with: what its releases started from.
    """

    first_tier = models.CharField(
        _("who could see it at first"),
        max_length=16,
        choices=Tier.choices,
        editable=False,
    )
    first_confidant = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta(Tiered.Meta):
        abstract = True

    def begin_as(self, tier: str, confidant: Party | None) -> None:
        """Set who may see it, before it is written."""
        self.tier = self.first_tier = tier
        self.confidant = self.first_confidant = confidant
