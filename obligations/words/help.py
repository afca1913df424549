"""The pages of help: for each kind of reader what they do here, a section each, with the page where they do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is its place on the page; `leads_to` the name of the address where it is done.

    Of one that is `pictured` there is a picture in each language, made by `python -m tests.pictures`.
    """

    name: str
    title: Promise
    paragraphs: tuple[Promise, ...]
    leads_to: str = ""
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    title: Promise
    about: Promise
    sections: tuple[Section, ...]


IN_WHICH_LANGUAGE: Final = _(
    "Write in your own language. The form begins with the one that you read in; choose another one where"
    " you write in that. The text stays as it is in every language; a mediator can set a translation"
    " beside it, and never in its place."
)
MEDIATORS: Final = Topic(
    _("For mediators"),
    _("You record what was found, read deadlines, ask parties and prepare meetings."),
    (
        Section(
            "desk",
            _("The desk"),
            (
                _(
                    "On the left are queues: what is new since your last visit, what is overdue, what a"
                    " party said and nobody has looked at. Choose one, choose a row, and record beside it;"
                    " nothing else moves."
                ),
                _(
                    "Keys: j and k go down and up, x marks a row, f opens the finding, e adds evidence, a"
                    " acknowledges, / searches, ? shows all of them. Marked rows can be recorded at once,"
                    " with one reason."
                ),
            ),
            "desk",
            pictured=True,
        ),
        Section(
            "finding",
            _("A finding"),
            (
                _(
                    "It says how far a commitment is fulfilled on a day, with a reason. Before you record"
                    " it, the form shows what it does to the clock. It stands beside what the parties"
                    " claim and overwrites none of it."
                ),
                _(
                    "Nothing is deleted. What was wrong is withdrawn with a reason, and both stay to be"
                    " read. Undo, right after recording, is such a withdrawal."
                ),
                IN_WHICH_LANGUAGE,
                _(
                    "Choose last who may see it. A second mediator may have to sign, where the"
                    " agreement's policy says so; until then it is a proposal that mediators alone see."
                ),
            ),
            pictured=True,
        ),
        Section(
            "deadlines",
            _("Deadlines"),
            (
                _(
                    "Each has its sum: from which event, counted how, with which days off. A reading"
                    " counts it otherwise, gives a date, extends, suspends, resumes or waives it, with a"
                    " reason; the earlier one stays on record. To give a trigger its date, record the"
                    " event from the page of the obligation."
                ),
            ),
            pictured=True,
        ),
        Section(
            "requests",
            _("Requests"),
            (
                _(
                    "Ask a party for a claim or a reply by a day. It finds it on its own page. Where the"
                    " day ends without a reply, you and the party read that; the other party does not,"
                    " since a reply may be in confidence."
                ),
            ),
        ),
        Section(
            "meetings",
            _("Meetings"),
            (
                _(
                    "A sitting has its agenda from saved views and rows that you pick, a pack before it"
                    " as a page and a PDF, and minutes after it. What is recorded in it, and who was asked"
                    " what by when, stands there."
                ),
            ),
            "meetings",
        ),
        Section(
            "much",
            _("Much at once"),
            (
                _(
                    "A sheet of statements is checked row by row before anything is recorded. Then all of"
                    " it is recorded, or nothing."
                ),
                _(
                    "What takes long, such as a sheet of more than 100 statements, is done in the"
                    " background. “Your work” in the menu of your account shows how far it is and"
                    " cancels it."
                ),
            ),
            "bulk",
        ),
    ),
)
REPRESENTATIVES: Final = Topic(
    _("For representatives"),
    _("You answer what is asked of your party, say how you stand, and contest what you hold to be wrong."),
    (
        Section(
            "answer",
            _("What waits for an answer"),
            (
                _(
                    "Your own page begins with what is asked of your party, with the days left, and with"
                    " what the other party says about you. An answer takes one form, and brings you back"
                    " to the list."
                ),
            ),
            "party",
            pictured=True,
        ),
        Section(
            "claim",
            _("A claim"),
            (
                _(
                    "It is your party's own word on how a commitment stands. It is shown beside findings"
                    " and changes none. Add files or links as evidence in the same form or later."
                ),
                IN_WHICH_LANGUAGE,
                _(
                    "A draft is seen by you alone. What you typed is kept where your session ends before"
                    " you send it."
                ),
            ),
        ),
        Section(
            "contest",
            _("To contest a finding"),
            (
                _(
                    "Contest it from its place in the history, with a reason. The finding stays, and says"
                    " that it is contested, until a mediator answers."
                ),
            ),
        ),
        Section(
            "confidence",
            _("Who may see it"),
            (
                _(
                    "Each form asks that last. In confidence means your party and the mediators; nobody"
                    " else learns that it exists, by a page, a number, a mail or a calendar. What you"
                    " publish later is published with its own date; what is public cannot be taken back,"
                    " only withdrawn with a reason."
                ),
            ),
        ),
    ),
)
ANALYSTS: Final = Topic(
    _("For analysts"),
    _("You see how the agreement stands, as of any day, and take figures and lists away with their source."),
    (
        Section(
            "dashboard",
            _("The dashboard"),
            (
                _(
                    "Each number has what it is counted of, leads to the rows behind it, and to the"
                    " sentence on method that says what it leaves out. Findings and claims are never"
                    " mixed: where they differ, a table says so."
                ),
            ),
            "compliance",
            pictured=True,
        ),
        Section(
            "days",
            _("As of a day"),
            (
                _(
                    "Two days can be chosen: the day that is spoken of, and the day whose knowledge"
                    " counts. Two dates can stand side by side, with what differs marked."
                ),
            ),
        ),
        Section(
            "away",
            _("To take it away"),
            (
                _(
                    "Lists and pictures can be had as CSV, workbook, JSON or picture. “Cite” gives an"
                    " address that keeps the day and what was known then, with licence and version."
                ),
            ),
            "commitments",
            pictured=True,
        ),
        Section(
            "told",
            _("To be told"),
            (
                _(
                    "Follow an obligation, an article, a party or a saved view; choose how you are told"
                    " of what on your page of mail. Calendars and feeds read the same."
                ),
            ),
        ),
    ),
)
ADMINISTRATORS: Final = Topic(
    _("For administrators"),
    _(
        "You give accounts and mandates, set policy, bring in packs, and see whether the machine does its"
        " work."
    ),
    (
        Section(
            "accounts",
            _("Accounts and mandates"),
            (
                _(
                    "An account is a person; a mandate says what it may do in one agreement. Give a"
                    " reason for each change: it is entered in the ledger, and those concerned are told."
                    " Some acts wait for a second administrator."
                ),
                _(
                    "A lost second factor is taken away by another administrator than its owner, who is"
                    " told of it. Make sure by another way than mail who is asking."
                ),
            ),
            "accounts",
            pictured=True,
        ),
        Section(
            "policy",
            _("Policy"),
            (
                _(
                    "For each agreement it says which acts want two mediators or two administrators, and"
                    " which roles sign in with a second factor."
                ),
            ),
            "policies",
        ),
        Section(
            "imports",
            _("Packs"),
            (
                _(
                    "A pack is an agreement as data. You see first what it would change; it is applied"
                    " with a reason. What a later pack leaves out is marked as superseded and never"
                    " deleted."
                ),
            ),
            "imports",
        ),
        Section(
            "health",
            _("Health"),
            (
                _(
                    "A table has each part of the machine: how it is, when its work was done last, what"
                    " follows while it does not work, and what to do. The drift check compares what is"
                    " kept for speed with what the recorded rows give; the ledger's verification looks"
                    " whether anything was changed."
                ),
            ),
            "administration",
            pictured=True,
        ),
    ),
)
INTEGRATORS: Final = Topic(
    _("For programs"),
    _("You read the record by the API, and are told of changes."),
    (
        Section(
            "token",
            _("A token"),
            (
                _(
                    "Make one on your account's page of tokens, with the least it needs. It sees what you"
                    " see, and ends by itself. Lists go on by the address in `next`; take it as it is."
                ),
            ),
            "api:docs",
        ),
        Section(
            "changes",
            _("What changed"),
            (
                _(
                    "The stream of changes gives each once, in order: keep its cursor and read on from"
                    " it. A webhook tells you that there is something to read; it never holds a text."
                ),
            ),
        ),
    ),
)
TOPICS: Final[Mapping[str, Topic]] = {
    "mediators": MEDIATORS,
    "representatives": REPRESENTATIVES,
    "analysts": ANALYSTS,
    "administrators": ADMINISTRATORS,
    "programs": INTEGRATORS,
}
# By how the address of a page begins, what helps there; analysts' help elsewhere.
HELPS: Final[Mapping[str, str]] = {
    "desk": "mediators#desk",
    "meetings": "mediators#meetings",
    "bulk": "mediators#much",
    "work": "mediators#much",
    "gates": "mediators#deadlines",
    "asked": "representatives#answer",
    "party": "representatives#answer",
    "drafts": "representatives#claim",
    "compliance": "analysts#dashboard",
    "commitments": "analysts#away",
    "administration": "administrators#health",
    "ledger": "mediators#finding",
    "obligations": "mediators#finding",
    "account": "analysts#told",
}


def helps_at(address: str) -> str:
    """The page of help for an address of the product, at the section that speaks of it."""
    name, _mark, section = HELPS.get(address.strip("/").partition("/")[0], "").partition("#")
    return f"{reverse('help-topic', args=[name])}#{section}" if name else reverse("help")
