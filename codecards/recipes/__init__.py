"""Which cards make a deck: recipes, and how they are followed."""
