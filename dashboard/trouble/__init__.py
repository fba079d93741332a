"""What pages of incidents are made of."""
