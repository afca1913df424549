"""Settings of pages that no variable changes: what a browser may do with them, and the languages that they speak."""

from csp.constants import NONE, SELF

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SESSION_COOKIE_HTTPONLY = True
# A form whose session was another one gives its text back, to who wrote it.
CSRF_FAILURE_VIEW = "parties.unsent.refused_as_forged"

LANGUAGE_CODE = "en-gb"
# By their own names, and in the order of these.
LANGUAGES = [("en", "English"), ("sq", "Shqip"), ("sr-latn", "Srpski"), ("sr", "Српски")]
FORMAT_MODULE_PATH = ["normalization_tracker.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
