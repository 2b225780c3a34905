"""A store in one SQLite file, on a disk of this machine: one writer, any number of readers."""
