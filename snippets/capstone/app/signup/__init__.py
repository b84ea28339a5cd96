"""A sign-up service: accept now, do the work later, lose nothing."""

__version__ = "1.0.0"
