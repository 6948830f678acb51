"""The city's units and their tree."""
