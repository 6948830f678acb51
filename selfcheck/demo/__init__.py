"""The demo city: fictional people, the same every time."""
