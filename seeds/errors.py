"""What can go wrong with what a person hands in, and that they can mend."""


class SeedError(Exception):
    """A path cannot be read as a document; the message names it and says what to do."""
