"""Settings of who signs in, and how. They name classes, and import none."""

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "parties.passwords.NotGuessable"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "own-work"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "parties.links.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# Accounts are made by an administrator, who vouches for the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords are counted by axes, as parties/lockout.py says: an attempt that is right costs a neighbour nothing.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "20/m/ip,5/h/key"}
# Who has the mailbox has the account; and an owner whom somebody else's guesses stop gets in by it.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_FORMS = {"user_token": "parties.links.LinkForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "parties.reset_tokens.LinkTokens"
# No mail to an address without an account: nobody signs up here.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "parties.second_factor.Factors"
MFA_FORMS = {
    "add_webauthn": "parties.second_factor.KeyForm",
    "authenticate": "parties.second_factor.CodeForm",
    "reauthenticate": "parties.second_factor.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses are vouched for by who made the account, and stand in no table of the library's.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The clocks of a phone and of the server may lie a step of thirty seconds apart.
MFA_TOTP_TOLERANCE = 1
# Pages, admin and API each name the address in their own way.
AXES_USERNAME_CALLABLE = "parties.lockout.address_tried"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "parties.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "parties.rates.client_address"
AXES_FAILURE_LIMIT = 10
LOCKOUT_OF_ACCOUNT = 50
LOCKOUT_OF_ADDRESS = 20
LOCKOUT_KNOWN_DAYS = 90
# What is tried while stopped is neither looked at nor counted: the hour ends however often it is tried.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "parties.lockout.stopped"
AXES_COOLOFF_TIME = 1  # hours
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
