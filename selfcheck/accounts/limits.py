"""How long may the words of an account be?"""

EMAIL_LENGTH = 254
NAME_LENGTH = 200
