"""The database: one file per noun. Functions take the session first and never commit."""
