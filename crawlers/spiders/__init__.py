"""One module per kind of place; the file's name is the `type` in the config."""
