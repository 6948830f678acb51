"""The Schulungsauftrag: what counts, training records and their evidence."""
