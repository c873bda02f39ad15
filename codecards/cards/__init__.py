"""What is asked: subjects, cards and decks."""
