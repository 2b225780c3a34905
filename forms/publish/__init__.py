"""Ways to put a questionnaire before people: one module a channel."""
