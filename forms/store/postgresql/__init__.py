"""A store on PostgreSQL servers: any number of form servers write to it, each row for good."""
