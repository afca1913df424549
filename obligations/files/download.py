"""The answer that holds a file that somebody handed in: to be saved, and never to be run or shown in our name."""

from django.http import FileResponse

from obligations.files import store
from obligations.files.allowed import ALLOWED, essence
from obligations.models import Evidence

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def answer_with(evidence: Evidence) -> FileResponse:
    """Streams the bytes of evidence that the viewer may see; the store has no public address. Raises StoreAway."""
    is_taken = essence(evidence.media_type) in ALLOWED
    media_type = evidence.media_type if is_taken else "application/octet-stream"
    response = FileResponse(
        store.ready_to_read(evidence.sha256),
        as_attachment=True,
        filename=evidence.file_name,
        content_type=media_type,
        headers=SAFE,
    )
    response.block_size = store.CHUNK
    response["Content-Length"] = str(evidence.size)
    return response
