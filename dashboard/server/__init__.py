"""The web server before Streamlit's pages: what every answer carries, and where a login leads back to."""
