"""When a card comes back: SM-2, exact and without side effects."""
