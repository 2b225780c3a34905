"""What the answers come to, and what of that may be told. Pure."""
