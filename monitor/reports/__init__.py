"""The weekly summary of a brand: its figures, and the forms they are shown in."""
