"""The storage of a server's own disk: a file is there as a whole, or not at all."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

PART = ".part"


class LocalFiles(FileSystemStorage):
    """Writes beside the place and moves there at the end, so that no reader and no crash finds half a file."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(
            location=str(location), file_permissions_mode=0o600, directory_permissions_mode=0o700
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: it is the hash of the content."""
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, part = tempfile.mkstemp(prefix=f"{path.name}.", suffix=PART, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return name

    def url(self, name: str | None) -> str:
        raise ValueError("Evidence has no address of its own: a view serves it to those who may see it.")
