"""One module per page, each with one function `page()`."""
