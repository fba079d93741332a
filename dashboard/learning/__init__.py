"""What Themes and Response are made of, and the box of ideas."""
