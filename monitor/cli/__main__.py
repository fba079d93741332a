"""`python -m monitor.cli` is `emberwatch`."""

from monitor.cli import main

main()
