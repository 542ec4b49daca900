"""What a person runs: one command a file, and the renderings they share."""
