"""Users, their roles and how far these reach, login."""
