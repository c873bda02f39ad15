"""Progress from Anki: what a learner answered there continues here."""
