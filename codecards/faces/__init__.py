"""How a card looks: the same templates, style and words wherever cards are shown."""
