"""What a worker does with each kind of work."""

from django.utils.translation import gettext as _

from agreement.packs.source import PackError
from obligations.bulk.run import record
from obligations.bulk.sheet import Row
from obligations.models import Draft, Work
from obligations.packs import imports
from obligations.work.files import make_file
from obligations.work.run import Do, Failed, Job
from parties.once import one_act


def record_sheet(job: Job) -> None:
    """Record all rows of a sheet as its preview showed them, and clear the sheet away."""
    draft = Draft.objects.of(job.viewer).filter(kind=Draft.Kind.BULK, key=job.said["of"]).first()
    if draft is None:
        raise Failed(_("The sheet was thrown away, so nothing of it was recorded."))
    rows = [Row(**row) for row in draft.content["rows"]]
    about = {"agreement": draft.agreement, "rows": rows, "shown": job.said["shown"]}
    with one_act(), job.recorded() as result:
        done = record(actor=job.viewer, now=job.clock_now(), **about)
        if not done.recorded:
            raise Failed(
                _(
                    "The record has changed since you looked at this sheet, so nothing was recorded. Look at it again."
                )
            )
        draft.delete()
        result["recorded"] = done.number_recorded


def import_pack(job: Job) -> None:
    """Load a pack as its author was shown it."""
    upload = imports.waiting(job.said["of"], job.viewer)
    if upload is None:
        raise Failed(_("This pack waits no more: choose it again."))
    words = {"shown": job.said["shown"], "reason": job.said["reason"]}
    try:
        with one_act(), job.recorded() as result:
            made = imports.import_pack(pack=upload.pack(), actor=job.viewer, now=job.clock_now(), **words)
            result["agreement"] = made.code
    except PackError as error:
        raise Failed(str(error)) from error


KINDS: dict[str, Do] = {
    Work.Kind.SHEET: record_sheet,
    Work.Kind.FILE: make_file,
    Work.Kind.PACK: import_pack,
}
