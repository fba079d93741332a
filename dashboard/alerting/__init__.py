"""What the Alerts page is made of, and what it gives to others."""
