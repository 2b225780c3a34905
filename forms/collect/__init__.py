"""Ways to get answers back: each gives a Table."""
