"""Shows what the monitor knows, in Streamlit; writes only through `monitor.jobs.answer`."""
