from dataclasses import dataclass

from kombu.exceptions import EncodeError
from tasks import send_email


@dataclass
class User:
    id: int
    name: str


user = User(7, "Amina")
try:
    send_email.delay(user)
except EncodeError as error:
    print("EncodeError:", error)

# What JSON can say only in another way arrives as something else.
print(send_email.delay(("Amina", "Bilal")).get(timeout=10))
print(send_email.delay({user.id: user.name}).get(timeout=10))
