"""The web form: pages that staff answer on, served from this machine."""
