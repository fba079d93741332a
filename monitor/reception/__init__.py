"""The reception: a small HTTP server at which other programs hand in events and customers answer surveys."""
