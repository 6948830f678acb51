"""How long may the words of a unit be?"""

NUMBER_LENGTH = 50
NAME_LENGTH = 300
SHORT_NAME_LENGTH = 50
