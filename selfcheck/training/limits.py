"""How long may the words of a training be, and how much of it?"""

TITLE_LENGTH = 300
PROVIDER_LENGTH = 200
REASON_LENGTH = 1_000
QUESTION_LENGTH = 4_000
MAX_HOURS = 2_000
MAX_WAITING = 100  # certificates that one officer can leave unassigned
MAX_PEOPLE = 500  # for whom one training can be recorded at once
MAX_UPLOAD_BYTES = 110 * 1024 * 1024  # a stack of certificates or a ZIP of them, in one request
WAITING_DAYS = 30  # after which a certificate that nobody assigned is deleted
