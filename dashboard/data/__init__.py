"""What the pages read: cached functions that give frozen rows; nothing else opens the database."""
