"""How long may the words about a person be?"""

PERSON_NUMBER_LENGTH = 50
PERSON_NAME_LENGTH = 200
