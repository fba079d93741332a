"""Reads texts: language, relevance, sentiment, themes and stories."""
