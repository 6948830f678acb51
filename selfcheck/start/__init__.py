"""The first page, and the quiet pages of the footer."""
