"""Printed matter: PDF from a template and data. Knows no domain and no Flask."""
