"""The jobs, in the order of a mention's journey. Each can be killed and started again at any moment."""

JOBS = ("crawl", "receive", "analyse", "detect", "alert", "answer", "report", "prune")
"""Each is the module of that name here, with a `run(context)`, and the command of that name."""
