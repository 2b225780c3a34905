"""From checklist to questionnaire, from answers to action list: everything but the command line."""
