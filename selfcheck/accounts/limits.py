"""How long may the words of an account be?"""

EMAIL_LENGTH = 254
NAME_LENGTH = 200
CODE_LENGTH = 60  # codes are shorter; people type blanks and hyphens into them
