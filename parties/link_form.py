"""What is read of the address of a link by which the owner of an account sets its password."""

from allauth.account.forms import UserTokenForm

from parties.models import User


class LinkForm(UserTokenForm):
    """allauth's, which looks for the account by its number: here the address has its random key."""

    def _get_user(self, uidb36: str | None) -> User | None:
        return User.objects.filter(key=uidb36 or "").first()
