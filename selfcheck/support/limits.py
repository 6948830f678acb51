"""How long may a message be?"""

MESSAGE_LENGTH = 5_000
