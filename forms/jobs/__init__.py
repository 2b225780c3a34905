"""The jobs: each takes one request and returns one result; a command calls one of them."""
