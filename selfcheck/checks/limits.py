"""How long may an answer in words be?"""

TEXT_LENGTH = 5_000
