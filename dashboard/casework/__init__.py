"""What the Inbox and the page of a case are made of."""
