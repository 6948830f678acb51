"""How long personal data is kept, what is told of it on request, and how it goes."""
