"""Makes the files in monitor/analysis/weights; nothing that ships imports it."""
