"""The Selbstcheck: its questionnaire, the scoring, drafts, results and the report."""
