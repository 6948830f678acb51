"""How fast is the application, beside the least that the same work can cost? ``make bench``."""
