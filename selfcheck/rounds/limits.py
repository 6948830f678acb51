"""How long may the words of a round be?"""

TITLE_LENGTH = 200
TEXT_LENGTH = 5_000
