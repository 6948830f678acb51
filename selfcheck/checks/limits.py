"""How long may an answer in words be, and what is said about a measure?"""

TEXT_LENGTH = 5_000
MEASURE_LENGTH = 500
RESPONSIBLE_LENGTH = 200
