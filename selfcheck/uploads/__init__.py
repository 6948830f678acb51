"""Lists that wait between preview and „Übernehmen“."""
