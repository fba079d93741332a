"""Finds recurring complaints outside of the configured themes: groups their embeddings and names the groups."""
