"""The people of the city's offices, and where they work from when to when."""
