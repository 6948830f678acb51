"""Who logs in: as many heads as clients, the officer of an office, and one who sees everybody."""

HEAD, OFFICER, EVERYBODY = "leitung{}@stadt.example", "amt33@stadt.example", "alle@stadt.example"
PASSWORD = "richtig Pferd Batterie"  # noqa: S105 - of made-up people
OFFICE = "33"
MAX_HEADS = 32
