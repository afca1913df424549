from parties.errors import Refused

__all__ = ["Refused"]
