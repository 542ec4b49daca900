"""What can go wrong with a model, and that a person can mend."""


class EmbeddingError(Exception):
    """A model cannot be prepared, opened or run; the message says what to do instead."""
