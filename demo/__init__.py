"""The local web site of `make run`: an invented shop, two quiet weeks of mentions, and a complaint that spreads."""
