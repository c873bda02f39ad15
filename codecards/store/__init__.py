"""What the learner answered: a log that only grows, and the states that follow from it."""
