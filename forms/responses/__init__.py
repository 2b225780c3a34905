"""From a Table to counted responses, with an account of every row, column and cell."""
