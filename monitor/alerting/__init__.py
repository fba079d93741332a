"""Who is told of what, in which words, by which channel. Decides and sends; never touches the database."""
