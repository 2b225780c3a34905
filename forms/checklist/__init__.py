"""The checklist: what is asked, the rules, and what may be wrong in its YAML."""
